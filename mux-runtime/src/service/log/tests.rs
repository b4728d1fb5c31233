use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::{
        fs::{MetadataExt, symlink},
        net::UnixDatagram,
    },
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::*;
use crate::service::LogFormat;

/// Logs what `what` does to `sink`, and returns once all is written.
fn log_to(sink: Sink, form: Form, level: u8, what: impl FnOnce(&Log)) {
    let log = Log::start(sink, form.clone()).unwrap();
    tracing::subscriber::with_default(subscriber(Arc::clone(&log.queue), form, level), || {
        what(&log)
    });
}

/// The lines that `what` logs, without their times.
fn lines_of(format: LogFormat, level: u8, what: impl FnOnce()) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    log_to(Sink::file(&path, None).unwrap(), Form::new(format, None), level, |_| what());
    let text = fs::read_to_string(path).unwrap();
    let skip = if format == LogFormat::Json {
        r#"{"time":"2026-01-01T00:00:00.000000Z","#
    } else {
        "2026-01-01T00:00:00.000000Z "
    };
    text.lines().map(|line| line[skip.len()..].to_owned()).collect()
}

fn wait_until(why: &str, mut what: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !what() {
        assert!(Instant::now() < deadline, "waited in vain: {why}");
        thread::yield_now();
    }
}

const EVIL: &str = "x\r\n2026-01-01T00:00:00Z ERROR chat: \x1b[31mforged\x07";

fn log_all() {
    tracing::error!("failed");
    tracing::warn!("trouble");
    let span = tracing::debug_span!("connection", id = %"0.1", said = EVIL);
    let _entered = span.enter();
    tracing::info!(bytes = 7, ratio = 0.5, ok = true, name = ?"two words", reason = %"timed out", "closed: {EVIL}");
    tracing::debug!(said = EVIL, nothing = Option::<u64>::None);
    tracing::trace!("input");
}

#[test]
fn a_line_is_one_event_whatever_a_peer_says() {
    const ESCAPED: &str = r"x\r\n2026-01-01T00:00:00Z ERROR chat: \u{1b}[31mforged\u{7}";
    let target = module_path!();
    let span = format!("connection{{id=0.1 said=\"{ESCAPED}\"}}");
    assert_eq!(
        lines_of(LogFormat::Text, 4, log_all),
        [
            format!("ERROR {target}: failed"),
            format!(" WARN {target}: trouble"),
            format!(
                " INFO {target}: closed: {ESCAPED} bytes=7 ratio=0.5 ok=true name=\"two words\" reason=\"timed out\" {span}"
            ),
            format!("DEBUG {target}:  said=\"{ESCAPED}\" {span}"),
            format!("TRACE {target}: input {span}"),
        ]
    );
}

#[test]
fn as_json_a_line_is_an_object() {
    let escaped = EVIL
        .replace('\r', "\\u000d")
        .replace('\n', "\\u000a")
        .replace('\x1b', "\\u001b")
        .replace('\x07', "\\u0007");
    let target = module_path!();
    let span = format!(r#""spans":[{{"name":"connection","id":"0.1","said":"{escaped}"}}]"#);
    assert_eq!(
        lines_of(LogFormat::Json, 3, log_all),
        [
            format!(r#""level":"ERROR","target":"{target}","message":"failed"}}"#),
            format!(r#""level":"WARN","target":"{target}","message":"trouble"}}"#),
            format!(
                r#""level":"INFO","target":"{target}","message":"closed: {escaped}","fields":{{"bytes":7,"ratio":0.5,"ok":true,"name":"\"two words\"","reason":"timed out"}},{span}}}"#
            ),
            format!(
                r#""level":"DEBUG","target":"{target}","message":"","fields":{{"said":"{escaped}"}},{span}}}"#
            ),
        ]
    );
}

#[test]
fn the_levels_are_net_server_s() {
    for (level, lines) in [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)] {
        assert_eq!(lines_of(LogFormat::Text, level, log_all).len(), lines, "{level}");
    }
}

#[test]
fn syslog_gets_a_datagram_a_line_with_its_priority_and_a_new_syslog_is_found() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let listen = |path: &Path| {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket
    };
    let hear = |socket: &UnixDatagram| {
        let mut datagram = [0; 4096];
        let length = socket.recv(&mut datagram).unwrap();
        String::from_utf8(datagram[..length].to_vec()).unwrap()
    };
    let syslog = listen(&path);
    let (id, target) = (std::process::id(), module_path!());
    let form = Form::new(LogFormat::Text, Some("my chat"));
    log_to(Sink::syslog(&path).unwrap(), form, 4, |_| {
        for (priority, line) in [(27, "failed"), (28, "trouble")] {
            match priority {
                27 => tracing::error!("{line}"),
                _ => tracing::warn!("{line}"),
            }
            assert_eq!(hear(&syslog), format!("<{priority}>my_chat[{id}]: {target}: {line}"));
        }
        drop(syslog);
        fs::remove_file(&path).unwrap();
        let syslog = listen(&path);
        tracing::info!("a\nb");
        assert_eq!(hear(&syslog), format!("<30>my_chat[{id}]: {target}: a\\nb"));
    });
}

#[test]
fn a_file_that_was_moved_away_is_made_anew_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let (path, old) = (folder.path().join("log"), folder.path().join("log.1"));
    log_to(Sink::file(&path, None).unwrap(), Form::new(LogFormat::Text, None), 2, |log| {
        tracing::info!("before");
        fs::rename(&path, &old).unwrap();
        log.reopener().reopen();
        wait_until("the file is made anew", || path.exists());
        tracing::info!("after");
    });
    let read = |path| fs::read_to_string(path).unwrap();
    assert!(read(&old).ends_with(": before\n") && read(&old).lines().count() == 1);
    assert!(read(&path).ends_with(": after\n") && read(&path).lines().count() == 1);
}

#[test]
fn a_file_that_cannot_be_opened_anew_is_kept_and_says_so() {
    let folder = TempDir::new().unwrap();
    let (inner, old) = (folder.path().join("in"), folder.path().join("old"));
    fs::create_dir(&inner).unwrap();
    log_to(
        Sink::file(&inner.join("log"), None).unwrap(),
        Form::new(LogFormat::Text, None),
        2,
        |log| {
            fs::rename(&inner, &old).unwrap();
            log.reopener().reopen();
            tracing::info!("after");
        },
    );
    let text = fs::read_to_string(old.join("log")).unwrap();
    assert!(text.contains("WARN log: cannot open log_file"), "{text}");
    assert!(text.contains(": after\n"), "{text}");
}

#[test]
fn a_log_that_nobody_takes_holds_nobody_up_and_says_what_was_lost() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let syslog = UnixDatagram::bind(&path).unwrap();
    let form = Form::new(LogFormat::Text, None);
    let sink = Sink::syslog(&path).unwrap();
    let log = Log::start(sink, form.clone()).unwrap();
    let text = "x".repeat(1000);
    let mut slowest = Duration::ZERO;
    tracing::subscriber::with_default(subscriber(Arc::clone(&log.queue), form, 2), || {
        for _ in 0..10_000 {
            let before = Instant::now();
            tracing::info!("{text}");
            slowest = slowest.max(before.elapsed());
        }
    });
    // Writing to the one who takes nothing would have taken a second, and each line again.
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
    // It is taken after all, and the end says how much is missing.
    let reader = thread::spawn(move || {
        syslog.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let (mut datagram, mut whole, mut lost) = ([0; 4096], 0_u64, 0_u64);
        while let Ok(length) = syslog.recv(&mut datagram) {
            let line = String::from_utf8_lossy(&datagram[..length]).into_owned();
            match line.split_once(" lines were lost") {
                Some((front, _)) => {
                    lost += front.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
                }
                None => whole += 1,
            }
        }
        (whole, lost)
    });
    drop(log);
    let (whole, lost) = reader.join().unwrap();
    assert!(lost > 0 && whole > 0, "{whole} written, {lost} lost");
    println!("{whole} lines written, {lost} counted as lost; slowest call {slowest:?}");
}

#[test]
fn nothing_is_lost_at_a_clean_end() {
    let lines = lines_of(LogFormat::Text, 2, || {
        for at in 0..20_000 {
            tracing::info!("line {at}");
        }
    });
    assert_eq!(lines.len(), 20_000);
    assert!(lines.iter().enumerate().all(|(at, line)| line.ends_with(&format!(" line {at}"))));
}

#[test]
fn a_log_that_cannot_be_opened_names_its_file() {
    let settings =
        Settings { log_file: LogTarget::File("/nowhere/at/all.log".into()), ..Settings::default() };
    let error = Log::open(&settings, "chat", None).map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "log_file \"/nowhere/at/all.log\": No such file or directory (os error 2)"
    );
}

#[test]
fn the_hook_gets_each_line_with_its_level_and_without_its_end() {
    static SEEN: Mutex<Vec<(u8, String)>> = Mutex::new(Vec::new());
    let hook = |level, line: &str| SEEN.lock().unwrap().push((level, line.to_owned()));
    let form = Form::new(LogFormat::Text, None);
    tracing::subscriber::with_default(subscriber(ToHook::new(hook), form, 2), || {
        tracing::error!(peer = "a\nb", "one\ntwo");
        tracing::info!("three");
        tracing::debug!("four");
    });
    let seen = SEEN.lock().unwrap();
    let shown = seen.iter().map(|(level, line)| (*level, line.rsplit(": ").next().unwrap()));
    assert_eq!(shown.collect::<Vec<_>>(), [(0, "one\\ntwo peer=\"a\\nb\""), (2, "three")]);
}

#[test]
fn all_that_was_logged_is_written_after_a_flush() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let log =
        Log::start(Sink::file(&path, None).unwrap(), Form::new(LogFormat::Text, None)).unwrap();
    let form = Form::new(LogFormat::Text, None);
    tracing::subscriber::with_default(subscriber(Arc::clone(&log.queue), form, 2), || {
        for round in 1..=100 {
            tracing::info!("one");
            log.flush();
            assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), round);
        }
    });
}

#[test]
fn lines_that_a_full_disk_did_not_take_are_counted_and_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    symlink("/dev/full", &path).unwrap();
    let sink = Sink::file(&path, None).unwrap();
    log_to(sink, Form::new(LogFormat::Text, None), 2, |log| {
        tracing::info!("one");
        log.flush();
        tracing::info!("two\nthree");
        log.flush();
        fs::remove_file(&path).unwrap();
        log.reopener().reopen();
        wait_until("the file is made anew", || path.exists());
        tracing::info!("four");
    });
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().map(|line| &line["2026-01-01T00:00:00.000000Z ".len()..]);
    let lines = lines.collect::<Vec<_>>();
    let lost = " WARN log: 2 lines were lost: No space left on device (os error 28)";
    assert_eq!(lines, [lost, &format!(" INFO {}: four", module_path!())]);
}

/// Takes so many bytes, and then no more.
struct Narrow {
    taken: Vec<u8>,
    room: usize,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.room);
        if count == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.room -= count;
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn behind_half_a_line_begins_a_new_one() {
    let (mut disk, mut torn) = (Narrow { taken: Vec::new(), room: 6 }, false);
    let mut write = |disk: &mut Narrow, lines: &str| {
        sink::write_to(disk, lines.as_bytes(), &mut torn).map_err(|loss| loss.lines)
    };
    assert_eq!(write(&mut disk, "one\ntwo\nthree\n"), Err(2));
    assert_eq!(write(&mut disk, "four\n"), Err(1));
    disk.room = 100;
    assert_eq!(write(&mut disk, "five\n"), Ok(()));
    assert_eq!(write(&mut disk, "six\n"), Ok(()));
    assert_eq!(String::from_utf8(disk.taken).unwrap(), "one\ntw\nfive\nsix\n");
}

#[test]
fn what_root_opens_for_another_is_never_what_that_one_put_a_link_to() {
    let folder = TempDir::new().unwrap();
    let [precious, link, other, device] =
        ["precious", "link", "other", "device"].map(|name| folder.path().join(name));
    let me = fs::metadata(folder.path()).unwrap().uid();
    let open = |path| {
        let sink = Sink::file(path, Some((me, None)));
        sink.map(|_| ()).map_err(|(_, error)| error.to_string())
    };
    assert_eq!(open(&precious), Ok(()));
    assert_eq!(open(&precious), Ok(()), "it is opened again");
    symlink(&precious, &link).unwrap();
    assert_eq!(open(&link), Err("is a symbolic link, which is not followed".into()));
    symlink("/dev/null", &device).unwrap();
    assert_eq!(open(&device), Ok(()), "which nobody can be given");
    fs::hard_link(&precious, &other).unwrap();
    let told = "has another name, and is not given to another user";
    assert_eq!(open(&other), Err(told.into()));
}

#[test]
fn a_line_that_syslog_does_not_take_is_counted_and_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let syslog = UnixDatagram::bind(&path).unwrap();
    syslog.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut sink = Sink::syslog(&path).unwrap();
    // Longer than any datagram may be.
    let long = format!("{}\n", "x".repeat(4 << 20));
    let loss = sink.write(format!("one\n{long}two\n").as_bytes()).unwrap_err();
    assert_eq!(loss.lines, 1);
    let mut datagram = [0; 16];
    for line in ["one", "two"] {
        let length = syslog.recv(&mut datagram).unwrap();
        assert_eq!(&datagram[..length], line.as_bytes());
    }
}
