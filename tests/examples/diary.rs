//! A server whose log goes to a hook of its own, for the tests of the log: the hook writes each line
//! to the file that `DIARY` names, behind its level.

use std::{
    env,
    fs::{File, OpenOptions},
    io::Write as _,
    process::ExitCode,
    sync::{LazyLock, Mutex, PoisonError},
};

use mux_runtime::mux_hooks;

static DIARY: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let path = env::var_os("DIARY")?;
    OpenOptions::new().append(true).create(true).open(path).ok().map(Mutex::new)
});

struct Diary;

#[mux_hooks]
impl Diary {
    #[hook(write_to_log)]
    fn note(level: u8, line: &str) {
        assert!(!line.contains("heard poison"), "the hook has a mistake of its own");
        if let Some(file) = &*DIARY {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = writeln!(file, "{level} {line}");
        }
    }
}

/// The same protocol over a shared value with the hook, and over one without.
macro_rules! guest {
    ($module:ident, $shared:ty) => {
        mod $module {
            use std::{thread, time::Duration};

            use mux_runtime::mux_server;

            #[derive(Default)]
            pub(crate) struct Guest;

            #[mux_server(shared = $shared)]
            impl Guest {
                /// Holds up the loop.
                #[line("hold")]
                fn hold(&mut self, milliseconds: u64) -> &'static str {
                    thread::sleep(Duration::from_millis(milliseconds));
                    "held\r\n"
                }

                /// A mistake of the program's.
                #[line("panic")]
                #[allow(clippy::panic, reason = "that is what is tested")]
                fn panic(&mut self, #[rest] why: &str) {
                    panic!("{why}");
                }

                #[line]
                fn say(&mut self, line: &[u8]) -> &'static str {
                    let said = String::from_utf8_lossy(line);
                    tracing::warn!(said = &*said, "heard {said}");
                    "noted\r\n"
                }
            }
        }
    };
}
guest!(hooked, super::Diary);
guest!(bare, ());

fn main() -> ExitCode {
    // Without a place for it, the log goes where the settings say.
    match env::var_os("DIARY") {
        Some(_) => mux_runtime::run::<hooked::Guest>(Diary),
        None => mux_runtime::run::<bare::Guest>(()),
    }
}
