//! What the process gives up once its sockets are bound.

use std::{ffi::CString, path::PathBuf};

use nix::{
    errno::Errno,
    unistd::{self, Gid, Group, Uid, User, chroot, initgroups, setgroups, setresgid, setresuid},
};

use super::Settings;

/// Why the process could not become what it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrivilegesError {
    #[error("{key} {name:?}: there is no such {key}")]
    Unknown { key: &'static str, name: String },
    #[error("{key} {value:?}: {why}")]
    Refused { key: &'static str, value: String, why: Errno },
    #[error("user {name:?}: not allowed to become it; start as root, or as that user")]
    NotRoot { name: String },
    #[error("user {name:?}: it is still possible to become root again")]
    Regained { name: String },
}

/// The user and the groups that the process is to have.
#[derive(Debug)]
pub(super) struct Privileges {
    root: Option<PathBuf>,
    user: Option<(String, Uid)>,
    /// The group, and what sets the supplementary groups.
    group: Option<(Gid, Groups)>,
}

#[derive(Debug)]
enum Groups {
    /// Those of which the user is a member.
    OfUser(CString),
    /// The group alone.
    Alone,
}

impl Privileges {
    /// Looks up the names in `settings`.
    pub(super) fn find(settings: &Settings) -> Result<Self, PrivilegesError> {
        let user = settings.user.as_deref().map(find_user).transpose()?;
        let group = settings.group.as_deref().map(find_group).transpose()?;
        let group = match (&user, group) {
            (Some(user), group) => {
                let gid = group.or(user.gid).unwrap_or(Gid::from_raw(user.uid.as_raw()));
                let groups = user.login.clone().map_or(Groups::Alone, Groups::OfUser);
                Some((gid, groups))
            }
            (None, Some(gid)) => Some((gid, Groups::Alone)),
            (None, None) => None,
        };
        Ok(Privileges {
            root: settings.chroot.clone(),
            user: user.map(|user| (user.name, user.uid)),
            group,
        })
    }

    /// Whether the process is root, and nothing was said about becoming another.
    pub(super) fn stays_root(&self) -> bool {
        unistd::geteuid().is_root() && self.user.as_ref().is_none_or(|(_, uid)| uid.is_root())
    }

    /// Gives up what is to be given up, for all threads of the process, and proves that it is
    /// gone: the groups first, since only root may set them, then the root folder, the user last.
    pub(super) fn drop(self) -> Result<(), PrivilegesError> {
        let euid = unistd::geteuid();
        if !euid.is_root()
            && let Some((name, uid)) = &self.user
        {
            let group = self.group.as_ref().map(|(gid, _)| *gid);
            let is_it = *uid == euid && group.is_none_or(|gid| gid == unistd::getegid());
            if !is_it {
                return Err(PrivilegesError::NotRoot { name: name.clone() });
            }
        } else if let Some((gid, groups)) = &self.group {
            let refused =
                |why| PrivilegesError::Refused { key: "group", value: gid.to_string(), why };
            match groups {
                Groups::OfUser(login) => initgroups(login, *gid),
                Groups::Alone => setgroups(&[*gid]),
            }
            .map_err(refused)?;
            setresgid(*gid, *gid, *gid).map_err(refused)?;
        }
        if let Some(root) = &self.root {
            let refused = |why| PrivilegesError::Refused {
                key: "chroot",
                value: root.display().to_string(),
                why,
            };
            chroot(root).map_err(refused)?;
            unistd::chdir("/").map_err(refused)?;
        }
        let Some((name, uid)) = self.user.filter(|_| euid.is_root()) else { return Ok(()) };
        setresuid(uid, uid, uid).map_err(|why| PrivilegesError::Refused {
            key: "user",
            value: name.clone(),
            why,
        })?;
        if uid.is_root() { Ok(()) } else { prove_gone(name) }
    }
}

/// Tries to become root again, which must fail in every way.
fn prove_gone(name: String) -> Result<(), PrivilegesError> {
    let root = Uid::from_raw(0);
    let regained = unistd::setuid(root).is_ok()
        || unistd::seteuid(root).is_ok()
        || setresuid(root, root, root).is_ok()
        || unistd::getuid().is_root()
        || unistd::geteuid().is_root();
    if regained { Err(PrivilegesError::Regained { name }) } else { Ok(()) }
}

struct Found {
    name: String,
    /// What the user database calls it.
    login: Option<CString>,
    uid: Uid,
    gid: Option<Gid>,
}

/// A user by its name or number.
fn find_user(name: &str) -> Result<Found, PrivilegesError> {
    let refused = |why| PrivilegesError::Refused { key: "user", value: name.to_owned(), why };
    let number = name.parse::<u32>().ok().map(Uid::from_raw);
    let found = match number {
        Some(uid) => User::from_uid(uid),
        None => User::from_name(name),
    };
    let found = found.map_err(refused)?;
    let unknown = || PrivilegesError::Unknown { key: "user", name: name.to_owned() };
    Ok(Found {
        name: name.to_owned(),
        login: found.as_ref().and_then(|user| CString::new(user.name.as_str()).ok()),
        uid: number.or(found.as_ref().map(|user| user.uid)).ok_or_else(unknown)?,
        gid: found.map(|user| user.gid),
    })
}

/// A group by its name or number.
pub(super) fn find_group(name: &str) -> Result<Gid, PrivilegesError> {
    if let Ok(number) = name.parse::<u32>() {
        return Ok(Gid::from_raw(number));
    }
    let found = Group::from_name(name).map_err(|why| PrivilegesError::Refused {
        key: "group",
        value: name.to_owned(),
        why,
    })?;
    let unknown = || PrivilegesError::Unknown { key: "group", name: name.to_owned() };
    Ok(found.ok_or_else(unknown)?.gid)
}

/// Whom the process will become, if it is root and has to: what it opens now is to be theirs.
/// What is wrong with the names is told by [`Privileges::find`].
pub(super) fn future_owner(settings: &Settings) -> Option<(u32, Option<u32>)> {
    let user = settings.user.as_deref().filter(|_| unistd::geteuid().is_root())?;
    let user = find_user(user).ok()?;
    let group = settings.group.as_deref().and_then(|group| find_group(group).ok());
    Some((user.uid.as_raw(), group.or(user.gid).map(Gid::as_raw)))
}

/// The numbers behind `user` or `user:group`, as `unix_owner` has them.
pub(super) fn find_owner(owner: &str) -> Result<(u32, Option<u32>), PrivilegesError> {
    let (user, group) = match owner.split_once(':') {
        Some((user, group)) => (user, Some(find_group(group)?)),
        None => (owner, None),
    };
    Ok((find_user(user)?.uid.as_raw(), group.map(Gid::as_raw)))
}
