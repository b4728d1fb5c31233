//! What the settings name and the machine lacks: users, groups, folders, hosts.
//!
//! A start meets each of these where it is needed; `--check-config` asks for all of them, and opens,
//! binds and changes nothing.

use std::{fmt::Display, fs, path::Path};

use super::{Configuration, Origin};
use crate::service::{
    Served,
    endpoint::{self, Endpoint},
    privileges::{self, Privileges, PrivilegesError},
    settings::LogTarget,
};

impl<O> Configuration<O> {
    /// The first thing that a start would not find, if any; `others` are the protocols beside the
    /// main one.
    pub(in crate::service) fn lacks<S>(&self, others: &[Served<S>]) -> Option<String> {
        let settings = &self.settings;
        let missing = self.owners().or_else(|| self.folders()).or_else(|| {
            settings.port.iter().find_map(|port| {
                let (key, what) = self.endpoint(port)?;
                let value = if key == "port" { port } else { &settings.host };
                Some(self.origins.mistake(key, value, &what, None))
            })
        });
        missing.or_else(|| {
            others.iter().find_map(|Served { endpoint, protocol, .. }| {
                let (_, what) = self.endpoint(endpoint)?;
                Some(format!("port {endpoint:?}: {what} (where {} is served)", protocol.name))
            })
        })
    }

    /// Users and groups.
    fn owners(&self) -> Option<String> {
        let settings = &self.settings;
        if let Err(error) = Privileges::find(settings) {
            let key = match error {
                PrivilegesError::Unknown { key, .. } | PrivilegesError::Refused { key, .. } => key,
                _ => "user",
            };
            return Some(self.noted(key, &error));
        }
        let owner = settings.unix_owner.as_deref().map(privileges::find_owner)?;
        owner.err().map(|error| self.noted("unix_owner", &format!("unix_owner: {error}")))
    }

    /// Folders of files, and the one that becomes the root.
    fn folders(&self) -> Option<String> {
        let settings = &self.settings;
        let log_file = match &settings.log_file {
            LogTarget::File(path) => Some(path.as_path()),
            _ => None,
        };
        let chroot = settings.chroot.as_deref().map(|root| (root, no_folder(root)));
        let chroot = chroot.and_then(|(root, what)| Some(("chroot", root, what?)));
        let files = [("pid_file", settings.pid_file.as_deref()), ("log_file", log_file)];
        let (key, path, what) = chroot.or_else(|| {
            files.into_iter().find_map(|(key, path)| Some((key, path?, no_folder_of(path?)?)))
        })?;
        Some(self.origins.mistake(key, &path.display().to_string(), &what, None))
    }

    /// What an endpoint lacks, and the key that says so.
    fn endpoint(&self, text: &str) -> Option<(&'static str, String)> {
        match Endpoint::parse(text, &self.settings).ok()? {
            Endpoint::Unix(path) => Some(("port", no_folder_of(&path)?)),
            Endpoint::Tcp { host, port, ipv } => {
                let error = endpoint::addresses(&host, port, ipv).err()?;
                let is_set = self.origins.of("host") != Origin::Default;
                if is_set && host == self.settings.host {
                    return Some(("host", error.why));
                }
                Some(("port", error.to_string()))
            }
        }
    }

    fn noted(&self, key: &str, what: &dyn Display) -> String {
        format!("{what} ({})", self.origins.of(key).note(&self.origins.file))
    }
}

/// Why `path` is no folder, unless it is one.
fn no_folder(path: &Path) -> Option<String> {
    match fs::metadata(path) {
        Ok(found) => (!found.is_dir()).then(|| "not a folder".into()),
        Err(error) => Some(error.to_string()),
    }
}

/// The same for the folder in which `path` is to be.
fn no_folder_of(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    no_folder(folder).map(|what| format!("its folder {:?}: {what}", folder.display().to_string()))
}
