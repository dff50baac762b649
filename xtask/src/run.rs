//! `cargo xtask run`: builds the service, the SDK and the example pages, starts it, seeds the sample lists,
//! and stays until it ends.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::flags;
use crate::npm;
use crate::pages::{self, Pages};
use crate::seed::{self, Rest, SAMPLES, Seeded};
use crate::tools::{cargo, root};
use crate::wasm;

const READY: &str = "listening on ";

pub(crate) fn run(flags: &flags::Run) -> Result<()> {
    let mut listen = flags.listen;
    if let Some(port) = flags.port {
        listen.set_port(port);
    }
    let data = flags.data.clone().unwrap_or_else(|| root().join("data"));
    refuse_taken(listen)?;
    let binary = build(Profile::Release)?;
    wasm::wasm()?;
    npm::build()?;
    let pages = pages::assemble()?;
    let mut service = Service::start(&binary, listen, &data, &pages)?;
    service.end_with_us()?;
    let url = service.address()?;
    seed_all(&url)?;
    println!("\n{}", invitation(&url));
    service.wait()
}

/// What `cargo xtask run` does up to its invitation, twice, on a folder of its own: the lists are added
/// once, and the pages are there.
pub(crate) fn rehearse(binary: &Path) -> Result<()> {
    let data = root().join("target/rehearsal");
    if data.is_dir() {
        std::fs::remove_dir_all(&data)?;
    }
    let pages = pages::assemble()?;
    for expected in [Seeded::Added, Seeded::WasThere] {
        let mut service = Service::start(binary, SocketAddr::from(([127, 0, 0, 1], 0)), &data, &pages)?;
        let url = service.address()?;
        let seeded = seed_all(&url)?;
        if seeded.iter().any(|each| *each != expected) {
            bail!("the sample lists were seeded as {seeded:?} where all should be {expected:?}");
        }
        for (name, path) in pages::ADDRESSES {
            let status = ureq::get(format!("{url}{path}")).call().map(|r| r.status().as_u16());
            if !matches!(status, Ok(200)) {
                bail!("the page of the example {name} is not there: {status:?}");
            }
        }
        service.end()?;
    }
    Ok(())
}

fn seed_all(url: &str) -> Result<Vec<Seeded>> {
    let mut all = Vec::new();
    for sample in &SAMPLES {
        let seeded = seed::seed(&Http::new(&format!("{url}{}", sample.site)), sample)
            .with_context(|| format!("cannot seed the sample list {}", sample.list))?;
        let site = if sample.site.is_empty() { "/" } else { sample.site };
        match seeded {
            Seeded::Added => println!("The sample list `{}` has been added to {site}.", sample.list),
            Seeded::WasThere => println!("The list `{}` is there in {site}; nothing was added.", sample.list),
        }
        all.push(seeded);
    }
    Ok(all)
}

/// Before the build, for it takes a while to learn that it was for nothing.
fn refuse_taken(listen: SocketAddr) -> Result<()> {
    TcpListener::bind(listen).map(drop).with_context(|| {
        format!("cannot listen on {listen}: stop what listens there, or choose another with --port")
    })
}

/// How the binary is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Builds the service, and tells where its binary is.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    println!("Building the service (minutes at first, seconds later) …");
    let start = Instant::now();
    let built = cargo(&["build", "--package", "matchlist", "--bin", "matchlist"])
        .args((profile == Profile::Release).then_some("--release"))
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !built.status.success() {
        bail!("the build failed");
    }
    // Cargo alone knows where its target folder is.
    let binary = String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "matchlist")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo built no binary named `matchlist`")?;
    println!("Built in {:.1} s.", start.elapsed().as_secs_f64());
    Ok(binary)
}

/// The running service. Dropping it kills it, so that no error leaves an orphan.
struct Service(Child);

impl Service {
    fn start(binary: &Path, listen: SocketAddr, data: &Path, pages: &Pages) -> Result<Service> {
        Command::new(binary)
            .arg("serve")
            .args(["--listen", &listen.to_string(), "--site", "/sites/demo", "--data"])
            .arg(data)
            .args(pages.arguments())
            .stdout(Stdio::piped())
            .spawn()
            .map(Service)
            .with_context(|| format!("cannot start {}", binary.display()))
    }

    /// Waits for the line that says the service is ready.
    fn address(&mut self) -> Result<String> {
        let stdout = self.0.stdout.take().context("the service has no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        match line.trim_end().strip_prefix(READY) {
            Some(url) => Ok(url.to_string()),
            None if line.is_empty() => bail!("the service ended before it was ready; its reason is above"),
            None => bail!("the service said {line:?} where `{READY}…` was expected"),
        }
    }

    /// Hands a signal on, so that the service drains and `wait` returns. (A terminal sends Ctrl-C to both;
    /// what else ends a process reaches only us.)
    #[cfg(unix)]
    fn end_with_us(&self) -> Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        use signal_hook::consts::{SIGINT, SIGTERM};

        let service = Pid::from_child(&self.0);
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
        std::thread::spawn(move || {
            for _ in signals.forever() {
                // It fails only when the service has ended, and that is what it is for.
                let _ = kill_process(service, Signal::TERM);
            }
        });
        Ok(())
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "the console itself ends both processes here")]
    fn end_with_us(&self) -> Result<()> {
        Ok(())
    }

    /// Ends the service as an operator does.
    fn end(self) -> Result<()> {
        #[cfg(unix)]
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::TERM,
        )?;
        self.wait()
    }

    fn wait(mut self) -> Result<()> {
        let status = self.0.wait()?;
        if !status.success() {
            bail!("the service ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn invitation(url: &str) -> String {
    let items = format!("{url}/_api/web/lists/getbytitle('{}')/items", SAMPLES[0].list);
    let examples: String =
        pages::ADDRESSES.iter().map(|(name, path)| format!("  {name:<12} {url}{path}\n")).collect();
    format!(
        "{examples}\n\
         \x20 lists   {url}/_api/web/lists\n\
         \x20 sample  {items}\n\
         \x20 site    {url}/sites/demo/_api/web/lists\n\
         \n\
         Try:  curl -i \"{items}(1)\"\n\
         Then: curl -i -X MERGE -H 'If-Match: \"1\"' -H 'Content-Type: application/json' \
         -d '{{\"ParamValue\":\"4\"}}' \"{items}(1)\"\n\
         With the ETag of the first answer in If-Match it answers 204; sent again, 412, for the item has changed.\n\
         Ctrl-C ends the service."
    )
}

/// The service's REST address, as `seed` needs it.
struct Http {
    agent: ureq::Agent,
    api: String,
}

impl Http {
    fn new(url: &str) -> Http {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build();
        Http { agent: config.into(), api: format!("{url}/_api/web") }
    }
}

impl Rest for Http {
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.api))
            .header("Accept", "application/json;odata=nometadata");
        let mut response = match body {
            Some(body) => self
                .agent
                .run(request.header("Content-Type", "application/json").body(serde_json::to_vec(body)?)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let text = response.body_mut().read_to_string()?;
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
        Ok((response.status().as_u16(), json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused_with_what_to_do() -> Result<()> {
        let taken = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        refuse_taken(taken)?;
        let _listener = TcpListener::bind(taken)?;
        let refusal = refuse_taken(taken).map_or_else(|error| error.to_string(), |()| String::new());
        assert!(refusal.ends_with("stop what listens there, or choose another with --port"), "{refusal}");
        Ok(())
    }
}
