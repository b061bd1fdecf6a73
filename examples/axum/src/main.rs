//! A small application protected by Portcullis.
//!
//! ```sh
//! PORTCULLIS=http://localhost:8080 CLIENT_ID=… CLIENT_SECRET=… cargo run -p portcullis-example-axum
//! curl -H "Authorization: Bearer $TOKEN" http://localhost:3000/clients
//! ```

#![allow(clippy::print_stdout, reason = "it talks to whoever starts it")]

mod app;

use portcullis_client::{EndUser, Portcullis};
use std::error::Error;
use std::net::SocketAddr;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name: &str| std::env::var(name).map_err(|_| format!("set {name}"));
    let portcullis =
        Portcullis::at(&setting("PORTCULLIS")?, &setting("CLIENT_ID")?, &setting("CLIENT_SECRET")?)
            // Nothing stands before this application: who connects is the end user.
            .end_user(EndUser::Connected)
            .build()?;
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("http://{}", listener.local_addr()?);
    let service = app::routes(&portcullis).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}
