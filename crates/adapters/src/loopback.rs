//! Serving a simulator on this machine: what the demo and the tests start.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server of this process. It stops when this value is dropped.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Served {
    pub(crate) fn new(address: SocketAddr, task: JoinHandle<()>) -> Self {
        Self { address, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base address, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves `router` on `listener` until the answer is dropped.
pub fn serve(listener: TcpListener, router: Router) -> std::io::Result<Served> {
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%address, %error, "a simulator stopped");
        }
    });
    Ok(Served { address, task })
}

/// Serves `router` on a free port of `127.0.0.1`.
pub async fn serve_on_any_port(router: Router) -> std::io::Result<Served> {
    serve(TcpListener::bind(("127.0.0.1", 0)).await?, router)
}
