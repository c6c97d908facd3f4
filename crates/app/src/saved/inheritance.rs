//! What applies to a connection and where it comes from, as the page shows it.

use postern_model::{Colour, EffectiveConnection, EffectiveGuard, Inherited, Origin};

use crate::contract::{
    EffectiveGuardView, Environment, InheritanceView, InheritedColourView, InheritedParameterView,
    InheritedView, OriginView, SetByView,
};

impl From<EffectiveConnection> for InheritanceView {
    fn from(effective: EffectiveConnection) -> Self {
        let parameters = effective.parameters.into_iter();
        Self {
            effective_profile: effective.profile.map(inherited_view),
            effective_region: effective.region.map(inherited_view),
            effective_document: effective.document.map(inherited_view),
            effective_parameters: parameters.map(parameter_view).collect(),
            effective_encryption: effective.encryption.into(),
            effective_colour: effective.colour.map(colour_view),
            effective_guard: effective.guard.into(),
        }
    }
}

fn inherited_view<T: ToString>(inherited: Inherited<T>) -> InheritedView {
    let SetByView { origin, group } = inherited.origin.into();
    InheritedView {
        value: inherited.value.to_string(),
        origin,
        group,
    }
}

fn parameter_view((name, inherited): (String, Inherited<Vec<String>>)) -> InheritedParameterView {
    let SetByView { origin, group } = inherited.origin.into();
    InheritedParameterView {
        name,
        values: inherited.value,
        origin,
        group,
    }
}

fn colour_view(inherited: Inherited<Colour>) -> InheritedColourView {
    let SetByView { origin, group } = inherited.origin.into();
    InheritedColourView {
        value: inherited.value.into(),
        origin,
        group,
    }
}

impl From<EffectiveGuard> for EffectiveGuardView {
    fn from(guard: EffectiveGuard) -> Self {
        Self {
            read_only: guard.read_only.map(Into::into),
            reason: guard.reason.map(Into::into),
            paste: guard.paste.map(Into::into),
        }
    }
}

impl From<Origin> for SetByView {
    fn from(origin: Origin) -> Self {
        let (origin, group) = match origin {
            Origin::Connection => (OriginView::Connection, None),
            Origin::Group(id) => (OriginView::Group, i32::try_from(id.0).ok()),
            Origin::Default => (OriginView::Default, None),
        };
        Self { origin, group }
    }
}

impl From<Colour> for Environment {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Dev => Self::Dev,
            Colour::Stage => Self::Stage,
            Colour::Prod => Self::Prod,
            Colour::Data => Self::Data,
            Colour::Shared => Self::Shared,
            Colour::Edge => Self::Edge,
        }
    }
}
