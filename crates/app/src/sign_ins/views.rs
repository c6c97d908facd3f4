//! Sign-ins as the page shows them.

use std::time::{SystemTime, UNIX_EPOCH};

use postern_model::{CenterAccount, ControlError, DeviceCode, SignIn, SignInKey, SignInState, display_text};

use crate::{
    clock::for_page,
    contract::{CenterAccountView, DeviceCodeView, Environment, SignInStateView, SignInView, SignInsView},
};

pub(super) fn sign_ins_view(read: Result<&[SignIn], ControlError>) -> SignInsView {
    match read {
        Ok(sign_ins) => SignInsView {
            sign_ins: sign_ins.iter().map(sign_in_view).collect(),
            error: None,
        },
        Err(error) => SignInsView {
            sign_ins: Vec::new(),
            error: Some(error.into()),
        },
    }
}

pub(super) fn code_view(key: &SignInKey, code: &DeviceCode) -> DeviceCodeView {
    DeviceCodeView {
        key: key.to_string(),
        user_code: display_text(&code.user_code),
        verification_url: code.verification_url.clone(),
        complete_url: code.complete_url.clone(),
        expires_at_ms: page_time(code.expires_at),
    }
}

pub(super) fn account_view(account: &CenterAccount) -> CenterAccountView {
    CenterAccountView {
        id: display_text(&account.id),
        name: display_text(&account.name),
        email: account.email.as_deref().map(display_text),
        environment: Environment::of_profile(Some(&account.name)),
    }
}

fn sign_in_view(sign_in: &SignIn) -> SignInView {
    SignInView {
        key: sign_in.key.to_string(),
        start_url: display_text(&sign_in.start_url),
        region: sign_in.region.to_string(),
        legacy: sign_in.legacy,
        profiles: sign_in.profiles.iter().map(ToString::to_string).collect(),
        state: match &sign_in.state {
            SignInState::SignedIn { until, renewable } => SignInStateView::SignedIn {
                until_ms: page_time(*until),
                renewable: *renewable,
            },
            SignInState::Expired { since } => SignInStateView::Expired {
                since_ms: page_time(*since),
            },
            SignInState::SignedOut => SignInStateView::SignedOut,
            SignInState::Unreadable { detail } => SignInStateView::Unreadable {
                detail: display_text(detail),
            },
        },
    }
}

/// Milliseconds since the epoch; a clock that is before it is taken for its beginning.
fn page_time(time: SystemTime) -> f64 {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    for_page(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
