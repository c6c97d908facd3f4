//! Whether a graphics card could draw, found out without touching one: loading a driver only to ask would cost what is to be
//! saved, and opening a device wakes a card that sleeps.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use postern_app::contract::Drawing;
use rustix::fs::{Access, access};

/// Says `card` or `processor` where the user knows better.
const SETTING: &str = "POSTERN_DRAWING";
/// What tells WebKitGTK how to draw. Who sets one of them has decided.
const DECIDED: [&str; 4] = [
    "WEBKIT_DISABLE_DMABUF_RENDERER",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
    "WEBKIT_FORCE_COMPOSITING_MODE",
    "WEBKIT_SKIA_ENABLE_CPU_RENDERING",
];
/// Mesa's drivers that compute on the processor.
const IN_SOFTWARE: [&str; 5] = ["llvmpipe", "softpipe", "swrast", "kms_swrast", "lavapipe"];
/// Kernel drivers whose devices do not draw. Those of virtual machines that never do have no render node at all. That of
/// VMware has one also when the machine has no 3D, and even where it has, EGL is often computed on the processor.
const WITHOUT_DRAWING: [&str; 3] = ["vgem", "vkms", "vmwgfx"];

/// `setting` reads the environment; `root` is `/`.
pub(super) fn choose(setting: &dyn Fn(&str) -> Option<String>, root: &Path) -> Drawing {
    let set = |name: &str| setting(name).filter(|value| !value.is_empty());
    match set(SETTING).as_deref() {
        Some("processor") => return Drawing::Processor,
        Some("card") => return Drawing::Card,
        Some(other) => tracing::warn!(
            other,
            "{SETTING} is neither card nor processor, and is passed over"
        ),
        None => {}
    }
    if DECIDED.into_iter().any(|name| setting(name).is_some()) {
        return Drawing::System;
    }
    if !is_software_wanted(&set) && has_card(root) {
        Drawing::Card
    } else {
        Drawing::Processor
    }
}

/// As Mesa reads its own variables.
fn is_software_wanted(set: &dyn Fn(&str) -> Option<String>) -> bool {
    let no = ["0", "n", "no", "f", "false"];
    let always =
        set("LIBGL_ALWAYS_SOFTWARE").is_some_and(|value| !no.contains(&value.to_lowercase().as_str()));
    let driver = |name: &str| set(name).is_some_and(|driver| IN_SOFTWARE.contains(&driver.as_str()));
    always || driver("GALLIUM_DRIVER") || driver("MESA_LOADER_DRIVER_OVERRIDE")
}

/// Whether any render node is there that this user may use and that draws.
fn has_card(root: &Path) -> bool {
    entries(&root.join("dev/dri"))
        .iter()
        .filter(|node| name(node).starts_with("renderD"))
        .any(|node| {
            let device = root.join("sys/class/drm").join(name(node)).join("device");
            access(node, Access::READ_OK | Access::WRITE_OK).is_ok() && draws(&device)
        })
}

/// By what the kernel tells of the device. Where it tells nothing, as in some containers, the node is believed.
fn draws(device: &Path) -> bool {
    if !device.exists() {
        return true;
    }
    let Ok(driver) = fs::read_link(device.join("driver")) else {
        return false; // A made-up device; a real one has a driver when it has a node.
    };
    match name(&driver) {
        driver if driver.starts_with("virtio") => virtio_draws(device),
        driver => !WITHOUT_DRAWING.contains(&driver),
    }
}

/// A virtual machine's device has a render node whether its host draws for it or not. It does if the first feature that
/// both agreed on is the one for 3D.
fn virtio_draws(device: &Path) -> bool {
    let nested = entries(device)
        .into_iter()
        .filter(|entry| name(entry).starts_with("virtio"));
    [device.to_owned()]
        .into_iter()
        .chain(nested)
        .filter_map(|device| fs::read_to_string(device.join("features")).ok())
        .any(|features| features.starts_with('1'))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()
    });
    listed.unwrap_or_default()
}

fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use tempfile::TempDir;

    use super::*;

    /// A computer with these render nodes, each with the name of its driver and its features if it is a virtual one.
    fn computer(cards: &[(Option<&str>, Option<&str>)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("dev/dri")).unwrap();
        fs::write(root.path().join("dev/dri/card0"), "").unwrap();
        for (number, (driver, features)) in cards.iter().enumerate() {
            let node = format!("renderD{}", 128 + number);
            fs::write(root.path().join("dev/dri").join(&node), "").unwrap();
            let device = root.path().join("sys/class/drm").join(&node).join("device");
            fs::create_dir_all(device.join("virtio0")).unwrap();
            if let Some(driver) = driver {
                symlink(format!("../../bus/pci/drivers/{driver}"), device.join("driver")).unwrap();
            }
            if let Some(features) = features {
                fs::write(device.join("virtio0/features"), features).unwrap();
            }
        }
        root
    }

    fn chosen(root: &TempDir, environment: &[(&str, &str)]) -> Drawing {
        let setting = |name: &str| {
            let found = environment.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        choose(&setting, root.path())
    }

    #[test]
    fn a_computer_without_a_render_node_draws_by_processor() {
        assert_eq!(chosen(&tempfile::tempdir().unwrap(), &[]), Drawing::Processor);
        assert_eq!(chosen(&computer(&[]), &[]), Drawing::Processor);
    }

    #[test]
    fn a_card_draws_and_a_virtual_one_only_if_its_host_does() {
        for (driver, features, drawing) in [
            (Some("i915"), None, Drawing::Card),
            (Some("amdgpu"), None, Drawing::Card),
            (Some("nvidia"), None, Drawing::Card),
            (Some("panfrost"), None, Drawing::Card),
            (Some("virtio-pci"), Some("1100000000"), Drawing::Card),
            (Some("virtio-pci"), Some("0100000000"), Drawing::Processor),
            (Some("virtio_gpu"), None, Drawing::Processor),
            (Some("vmwgfx"), None, Drawing::Processor),
            (Some("vgem"), None, Drawing::Processor),
            (None, None, Drawing::Processor),
        ] {
            assert_eq!(
                chosen(&computer(&[(driver, features)]), &[]),
                drawing,
                "{driver:?} {features:?}"
            );
        }
        let two = computer(&[(Some("vgem"), None), (Some("xe"), None)]);
        assert_eq!(chosen(&two, &[]), Drawing::Card);
    }

    #[test]
    fn a_newer_kernel_puts_the_features_on_the_device_itself() {
        let root = computer(&[(Some("virtio_gpu"), None)]);
        let features = root.path().join("sys/class/drm/renderD128/device/features");
        fs::write(&features, "1000").unwrap();
        assert_eq!(chosen(&root, &[]), Drawing::Card);
        fs::write(&features, "0111").unwrap();
        assert_eq!(chosen(&root, &[]), Drawing::Processor);
    }

    #[test]
    fn a_node_of_which_the_kernel_tells_nothing_is_believed() {
        let root = computer(&[(None, None)]);
        fs::remove_dir_all(root.path().join("sys")).unwrap();
        assert_eq!(chosen(&root, &[]), Drawing::Card);
    }

    #[test]
    fn who_wants_mesa_to_compute_gets_the_processor() {
        let card = computer(&[(Some("i915"), None)]);
        for setting in [
            ("LIBGL_ALWAYS_SOFTWARE", "1"),
            ("LIBGL_ALWAYS_SOFTWARE", "true"),
            ("GALLIUM_DRIVER", "llvmpipe"),
            ("MESA_LOADER_DRIVER_OVERRIDE", "swrast"),
        ] {
            assert_eq!(chosen(&card, &[setting]), Drawing::Processor, "{setting:?}");
        }
        for setting in [
            ("LIBGL_ALWAYS_SOFTWARE", "false"),
            ("LIBGL_ALWAYS_SOFTWARE", ""),
            ("GALLIUM_DRIVER", "iris"),
        ] {
            assert_eq!(chosen(&card, &[setting]), Drawing::Card, "{setting:?}");
        }
    }

    #[test]
    fn the_users_word_counts_most_and_a_setting_of_webkit_is_left_alone() {
        let (with, without) = (computer(&[(Some("i915"), None)]), computer(&[]));
        assert_eq!(
            chosen(&with, &[("POSTERN_DRAWING", "processor")]),
            Drawing::Processor
        );
        assert_eq!(chosen(&without, &[("POSTERN_DRAWING", "card")]), Drawing::Card);
        let both = [
            ("POSTERN_DRAWING", "card"),
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        ];
        assert_eq!(chosen(&without, &both), Drawing::Card);
        assert_eq!(chosen(&without, &[("POSTERN_DRAWING", "?")]), Drawing::Processor);
        for name in DECIDED {
            assert_eq!(chosen(&without, &[(name, "0")]), Drawing::System, "{name}");
        }
    }
}
