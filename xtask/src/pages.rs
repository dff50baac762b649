//! The example pages, assembled as `matchlist serve --pages` serves them: each folder with the libraries
//! that its pages load.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tools::{npm_ci, root};

/// Where the assembled folders are.
pub(crate) struct Pages {
    folder: PathBuf,
}

impl Pages {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `serve` is told: the root site has the pages with the SDK and the CRM, and the page from
    /// SharePoint a site of its own.
    pub(crate) fn arguments(&self) -> [String; 6] {
        let place = |site: &str, name: &str| format!("{site}={}", self.folder.join(name).display());
        [
            "--site".into(),
            CLASSIC.into(),
            "--pages".into(),
            place("/", "root"),
            "--pages".into(),
            place(CLASSIC, "classic"),
        ]
    }
}

/// The site of the page that came from SharePoint. Its script hands out the number that it read, the SDK
/// the one that it wrote: they must not share a counter.
pub(crate) const CLASSIC: &str = "/sites/classic";

/// The addresses of the pages, under the service's.
pub(crate) const ADDRESSES: [(&str, &str); 3] = [
    ("config-list", "/SitePages/config-list/index.html"),
    ("crm", "/SitePages/crm/index.html"),
    ("jquery", "/sites/classic/SitePages/jquery-3.7.html"),
];

/// Puts the folders together anew. The SDK has been built.
pub(crate) fn assemble() -> Result<Pages> {
    let examples = root().join("examples");
    npm_ci(&examples)?;
    let folder = root().join("target/pages");
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    let sdk = root().join("sdk-js/dist");
    let modules = examples.join("node_modules");
    for (from, to) in [
        (examples.join("style.css"), "root/style.css"),
        (examples.join("config-list"), "root/config-list"),
        (examples.join("crm"), "root/crm"),
        (modules.join("angular/angular.min.js"), "root/lib/angular.min.js"),
        (sdk.clone(), "root/sdk"),
        (examples.join("style.css"), "classic/style.css"),
        (examples.join("jquery"), "classic"),
        (modules.join("jquery-1.12/dist/jquery.min.js"), "classic/jquery-1.12.4.min.js"),
        (modules.join("jquery-3.7/dist/jquery.min.js"), "classic/jquery-3.7.1.min.js"),
        (examples.join("cross-origin"), "cross-origin"),
        (sdk, "cross-origin/sdk"),
    ] {
        copy(&from, &folder.join(to)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(Pages { folder })
}

/// Copies a file, or a folder with what is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(from, to)?;
    }
    Ok(())
}
