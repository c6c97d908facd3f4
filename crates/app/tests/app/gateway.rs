//! A gateway on loopback that takes every data channel, says nothing, and lets a test cut the links: enough for a session
//! to wait for its agent, to be lost and to be resumed.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use postern_model::SocketSettings;
use postern_scripted::ScriptedControlPlane;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_async;
use tokio_util::sync::CancellationToken;

use crate::scripted::grant;

#[derive(Clone, Default)]
pub(crate) struct Gateway {
    links: Arc<Mutex<Vec<CancellationToken>>>,
}

impl Gateway {
    /// Starts it and makes `aws` send every session there.
    pub(crate) async fn of(aws: &ScriptedControlPlane) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap();
        let address = format!("ws://{host}/v1/data-channel/x");
        let again = address.clone();
        aws.start_session.answers(move |_| Ok(grant(&address)));
        aws.resume_session.answers(move |_| Ok(grant(&again)));
        let settings = SocketSettings {
            endpoint_override: Some(format!("http://{host}").parse().unwrap()),
            ..SocketSettings::default()
        };
        aws.socket_settings.answers(move |_| Ok(settings.clone()));
        let gateway = Self::default();
        tokio::spawn(gateway.clone().serve(listener));
        gateway
    }

    /// Cuts one of the links that are open, the `chosen`-th counted round; says whether there was any.
    pub(crate) fn cut(&self, chosen: usize) -> bool {
        let mut links = self.links.lock().unwrap();
        if links.is_empty() {
            return false;
        }
        let at = chosen % links.len();
        links.remove(at).cancel();
        true
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((tcp, _)) = listener.accept().await {
            let link = CancellationToken::new();
            tokio::spawn(hold(tcp, link.clone(), self.clone()));
        }
    }
}

/// Reads what comes until the link is cut.
async fn hold(tcp: TcpStream, link: CancellationToken, gateway: Gateway) {
    let Ok(mut socket) = accept_async(tcp).await else {
        return;
    };
    gateway.links.lock().unwrap().push(link.clone());
    let reading = async { while let Some(Ok(_)) = socket.next().await {} };
    link.run_until_cancelled(reading).await;
}
