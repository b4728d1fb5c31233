//! A server as a daemon: what a shell, an administrator and a service manager see.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    fs,
    io::ErrorKind,
    net::{SocketAddr, TcpListener, TcpStream},
    os::{
        fd::OwnedFd,
        unix::{
            fs::{PermissionsExt, symlink},
            net::{UnixDatagram, UnixListener},
        },
    },
    process::{Command, Stdio},
};

use common::{
    Client, PATIENCE, Program, chat_program,
    daemon::{Daemon, UnixClient, ask, is_alive, tell, witness},
    wait_until,
};
use rustix::process::Signal;
use socket2::{Domain, SockAddr, Socket, Type};

/// A server in the background.
fn background() -> Daemon {
    Daemon::of(witness()).with("--setsid=1")
}

/// A server under the eyes of the test.
fn foreground(daemon: &Daemon) -> Program {
    Program::from_command(daemon.command())
}

#[test]
fn the_command_line_of_the_seed_does_what_it_does_there() {
    let mut chat = Daemon::of(chat_program()).with("--setsid=1");
    let address = chat.starts_at();
    let pid = chat.pid();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').collect::<Vec<_>>();
    assert_eq!(fields[3], pid.to_string(), "it leads a session of its own");
    assert_eq!(fields[4], "0", "which has no terminal");
    for descriptor in 0..3 {
        let open = fs::read_link(format!("/proc/{pid}/fd/{descriptor}")).unwrap();
        assert_eq!(open.to_str(), Some("/dev/null"), "descriptor {descriptor}");
    }
    let mut guest = Client::connect(address);
    while !guest.hears_line().starts_with("Welcome") {}
    tell(pid, Signal::TERM);
    guest.hears_the_end();
    wait_until("it ends", || !is_alive(pid));
    assert!(!chat.path("d.pid").exists(), "the pid file is gone");
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn in_the_background_it_is_not_of_the_shell_s_foreground_either() {
    let mut daemon = Daemon::of(witness()).with("--background");
    let address = daemon.starts_at();
    let pid = daemon.pid();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').collect::<Vec<_>>();
    assert_eq!(fields[2], pid.to_string(), "it leads a group of its own");
    assert_eq!(ask(address, "pid"), pid.to_string());
    daemon.ends();
}

#[test]
fn what_keeps_it_from_starting_is_told_to_the_shell() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let says = |daemon: &Daemon| {
        let output = daemon.run();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = says(&background().with(format!("--port={address}")));
    assert_eq!(status, Some(1));
    let why = format!("daemon: cannot listen on {address}: Address already in use (os error 98)\n");
    assert_eq!(said, why);

    let daemon = background();
    fs::write(daemon.path("fail"), "").unwrap();
    assert_eq!(says(&daemon), (Some(1), "daemon: it is told to fail (hook post_bind)\n".into()));
    assert!(!daemon.path("d.pid").exists(), "nothing is left of it");
    let fatal = daemon.trace().pop().unwrap().0;
    assert_eq!(fatal, "fatal(it is told to fail (hook post_bind))");

    let (status, said) = says(&background().with("--user=nobody-of-this-name"));
    assert_eq!(status, Some(1));
    assert_eq!(said, "daemon: user \"nobody-of-this-name\": there is no such user\n");

    let (status, said) = says(&background().with("--port=70000"));
    assert_eq!(status, Some(2));
    assert_eq!(said, "daemon: port \"70000\": not in 0..=65535 (see --help)\n");
}

#[test]
fn a_second_instance_is_refused_and_named_the_first() {
    let mut daemon = background();
    let address = daemon.starts_at();
    let pid = daemon.pid();
    let second = daemon.run();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(
        said,
        format!("daemon: already running as process {pid}, says pid_file \"d.pid\"\n")
    );
    assert_eq!(daemon.pid(), pid);
    assert_eq!(ask(address, "pid"), pid.to_string(), "the first goes on");
    daemon.ends();
}

/// How the guide has a script wait for the end.
const WAITS: &str = "kill \"$(cat d.pid)\"
while [ -s d.pid ]; do sleep 0.1; done
";

#[test]
fn a_script_can_wait_for_the_end_and_start_it_again() {
    let mut daemon = background();
    let address = daemon.starts_at();
    let daemon = daemon.with(format!("--port={address}"));
    // Who does not close holds up the end.
    let mut guest = Client::connect(address);
    guest.sends("hello\r\n");
    guest.hears("hello\r\n");
    let server = daemon.command();
    let mut script = Command::new("sh");
    script.args(["-ec", &format!("{WAITS}\"$0\" \"$@\"")]).current_dir(daemon.folder.path());
    script.arg(server.get_program()).args(server.get_args());
    let output = script.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("listening on "), "{said}");
    let mut daemon = daemon;
    assert_eq!(ask(address, "pid"), daemon.pid().to_string());
    daemon.ends();
    let guide = include_str!("../../mux-runtime/src/guide/process.rs");
    let shown = WAITS.replace("d.pid", "chat.pid").replace('\n', "\n//! ");
    assert!(guide.contains(shown.trim_end_matches("//! ")), "the guide shows it");
}

#[test]
fn a_pid_file_that_nobody_holds_is_taken_over() {
    // One of a process that is no more, of one that lives and is no server, and of nobody.
    for left in ["4194305\n".into(), format!("{}\n", std::process::id()), "junk".to_string()] {
        let mut daemon = background();
        fs::write(daemon.path("d.pid"), &left).unwrap();
        let address = daemon.starts_at();
        assert_eq!(ask(address, "pid"), daemon.pid().to_string(), "{left:?}");
        daemon.ends();
        assert!(!daemon.path("d.pid").exists(), "{left:?}");
    }
}

#[test]
fn a_pid_file_is_never_written_through_a_link_or_to_what_is_no_file() {
    let daemon = background();
    fs::write(daemon.path("precious"), "keep me").unwrap();
    symlink("precious", daemon.path("d.pid")).unwrap();
    let output = daemon.run();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "daemon: pid_file \"d.pid\": is a symbolic link, which is not followed\n");
    assert_eq!(fs::read_to_string(daemon.path("precious")).unwrap(), "keep me");

    // A hard link is one, too: who may write to the folder could have root write anywhere.
    fs::remove_file(daemon.path("d.pid")).unwrap();
    fs::hard_link(daemon.path("precious"), daemon.path("d.pid")).unwrap();
    let output = daemon.run();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let why = "has another name, too (a hard link): it may be any file";
    assert_eq!(said, format!("daemon: pid_file \"d.pid\": {why}\n"));
    assert_eq!(fs::read_to_string(daemon.path("precious")).unwrap(), "keep me");

    fs::remove_file(daemon.path("d.pid")).unwrap();
    fs::create_dir(daemon.path("d.pid")).unwrap();
    assert_eq!(daemon.run().status.code(), Some(1));
}

#[test]
fn a_second_protocol_is_served_on_a_unix_socket() {
    let daemon =
        Daemon::of(witness()).with_variable("ADMIN", "admin.sock|unix").with("--unix_mode=600");
    let mut program = foreground(&daemon);
    let line = program.line_with(&["listening on 127.0.0.1:", ", admin.sock|unix"]);
    let path = daemon.path("admin.sock");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let mut admin = UnixClient::connect(&path);
    admin.sends("who\r\n");
    assert_eq!(admin.hears_line(), "unix true\r\n");
    // Through every buffer: a megabyte in pieces, and lines that are answered meanwhile.
    let long = "x".repeat(8000);
    for _ in 0..128 {
        admin.sends(&format!("{long}\r\n"));
        assert_eq!(admin.hears_line().len(), long.len() + 2);
    }
    admin.sends("last\r\n");
    admin.finishes();
    assert_eq!(admin.hears_to_the_end(), "last\r\n");
    let address = line.split_once("listening on ").unwrap().1.split_once(',').unwrap().0;
    assert_eq!(ask(address.parse().unwrap(), "who"), "who", "another protocol");
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
    assert!(!path.exists(), "the socket's file is gone");
}

#[test]
fn a_unix_socket_is_replaced_only_when_nobody_answers() {
    let daemon = Daemon::of(witness()).with_variable("ADMIN", "admin.sock|unix");
    let path = daemon.path("admin.sock");
    let living = UnixListener::bind(&path).unwrap();
    let output = daemon.run();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "daemon: cannot listen on admin.sock|unix: another server answers there\n");
    assert!(path.exists(), "it is still the other's");

    drop(living);
    assert!(path.exists(), "it was left behind");
    let mut program = foreground(&daemon);
    program.line_with(&["listening on"]);
    let mut admin = UnixClient::connect(&path);
    admin.sends("quit\r\n");
    assert_eq!(admin.hears_to_the_end(), "");
    program.is_told(Signal::TERM);
    program.ends();

    fs::write(&path, "precious").unwrap();
    let output = daemon.run();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is a file that is no socket"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn a_server_that_is_too_busy_to_answer_keeps_its_unix_socket() {
    let daemon = Daemon::of(witness()).with_variable("ADMIN", "admin.sock|unix");
    let path = daemon.path("admin.sock");
    let busy = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    busy.bind(&SockAddr::unix(&path).unwrap()).unwrap();
    busy.listen(0).unwrap();
    let waiting = (0..10).map_while(|_| {
        let client = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
        client.set_nonblocking(true).unwrap();
        client.connect(&SockAddr::unix(&path).unwrap()).ok().map(|()| client)
    });
    let waiting = waiting.collect::<Vec<_>>();
    assert!(waiting.len() < 10, "nobody more can connect");
    let mut program = foreground(&daemon);
    program.line_with(&["cannot listen on admin.sock|unix: another server answers there"]);
    assert_eq!(program.ends().code(), Some(1));
}

#[test]
fn several_ports_are_served_in_net_server_s_words() {
    let mut daemon = background().with("--port=localhost:0/tcp/IPv4").with("--port=a.sock|unix");
    let has_ipv6 = TcpListener::bind(("::1", 0)).is_ok();
    if has_ipv6 {
        daemon = daemon.with("--port=[::1]:0").with("--port=*:0/tcp");
    } else {
        eprintln!("not tested over IPv6, which is not there");
    }
    let places = daemon.starts();
    assert_eq!(places.len(), if has_ipv6 { 6 } else { 3 }, "{places:?}");
    for place in &places {
        let Ok(mut address) = place.parse::<SocketAddr>() else {
            assert_eq!(place, "a.sock|unix");
            continue;
        };
        if address.ip().is_unspecified() {
            let local = if address.is_ipv4() { "127.0.0.1" } else { "::1" };
            address.set_ip(local.parse().unwrap());
        }
        assert_eq!(ask(address, "hello"), "hello", "{place}");
    }
    if has_ipv6 {
        let ports = |place: &String| place.rsplit_once(':').unwrap().1.to_owned();
        assert_eq!(ports(&places[4]), ports(&places[5]), "both versions have one port");
    }
    let mut guest = UnixClient::connect(&daemon.path("a.sock"));
    guest.sends("hello\r\n");
    assert_eq!(guest.hears_line(), "hello\r\n");
    drop(guest);
    daemon.ends();
}

/// What starts a server as a service manager does that passes it a socket as descriptor 3.
fn activated(daemon: &Daemon, socket: impl Into<OwnedFd>, variables: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{variables} exec \"$0\" \"$@\" 3<&0 < /dev/null")]);
    let server = daemon.command();
    command.arg(server.get_program()).args(server.get_args());
    command.envs(server.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(daemon.folder.path());
    command.stdin(socket.into()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A socket that listens, and where.
fn passed() -> (TcpListener, SocketAddr) {
    let passed = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = passed.local_addr().unwrap();
    (passed, address)
}

/// The variables of a service manager that starts the server itself.
const PASSED: &str = "LISTEN_PID=$$ LISTEN_FDS=1";

#[test]
fn sockets_of_a_service_manager_are_served() {
    let (socket, address) = passed();
    let daemon = Daemon::of(witness()).with("--port=1");
    let mut command = activated(&daemon, socket, PASSED);
    let mut child = command.spawn().unwrap();
    drop(command);
    // It waits in the kernel until the server accepts.
    let pid = ask(address, "pid").parse::<u32>().unwrap();
    assert_eq!(pid, child.id());
    // And a restart keeps it.
    tell(pid, Signal::HUP);
    let mut next = pid;
    wait_until("another process serves", || {
        next = ask(address, "pid").parse().unwrap();
        next != pid
    });
    tell(next, Signal::TERM);
    wait_until("both end", || !is_alive(next) && child.try_wait().unwrap().is_some());
}

#[test]
fn in_the_background_too() {
    let (socket, address) = passed();
    let mut daemon = background().with("--port=1");
    let mut command = activated(&daemon, socket, PASSED);
    assert!(command.status().unwrap().success());
    drop(command);
    assert_eq!(ask(address, "pid"), daemon.pid().to_string());
    daemon.ends();
    assert!(TcpStream::connect(address).is_err(), "nobody else has it open");
}

#[test]
fn sockets_that_were_passed_to_another_process_are_not() {
    let (socket, _) = passed();
    let mut daemon = background();
    let mut command = activated(&daemon, socket, "LISTEN_PID=1 LISTEN_FDS=1");
    assert!(command.status().unwrap().success());
    let pid = daemon.pid();
    let pre_loop = daemon.trace_of(pid);
    assert!(pre_loop.iter().any(|(what, _)| what == "pre_loop"), "port 0 is served");
    daemon.ends();
}

#[test]
fn a_socket_that_was_passed_for_one_protocol_leaves_the_main_one_its_own() {
    let mut daemon = background();
    let path = daemon.path("admin.sock");
    let socket = UnixListener::bind(&path).unwrap();
    daemon = daemon.with_variable("ADMIN", format!("{}|unix", path.display()));
    let output = activated(&daemon, socket, PASSED).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let (_, places) = said.lines().next().unwrap().split_once("listening on ").unwrap();
    let (address, admin) = places.split_once(", ").expect("both protocols are served");
    assert_eq!(ask(address.parse().unwrap(), "hello"), "hello");
    assert_eq!(admin, format!("{}|unix", path.display()));
    let mut admin = UnixClient::connect(&path);
    admin.sends("who\r\n");
    assert_eq!(admin.hears_line(), "unix true\r\n");
    drop(admin);
    daemon.ends();
    assert!(path.exists(), "it is the manager's");
}

#[test]
fn hooks_are_called_in_the_order_of_net_server() {
    let daemon = Daemon::of(witness()).with("--check_for_dequeue=1ms");
    let mut program = foreground(&daemon);
    let address = program.address();
    let mut guest = Client::connect(address);
    guest.sends("hello\r\n");
    guest.hears("hello\r\n");
    guest.finishes();
    guest.hears_the_end();
    wait_until("the queue is looked after", || {
        daemon.trace().iter().filter(|(what, ..)| what == "run_dequeue").count() > 1
    });
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
    let mut seen = daemon.trace().into_iter().map(|(what, ..)| what).collect::<Vec<_>>();
    seen.retain(|what| what != "run_dequeue");
    let process = ["configure", "post_configure", "post_bind", "pre_loop"];
    let connection =
        ["post_accept", "allow_deny", "connect", "eof", "post_process_request", "close"];
    let end = ["pre_server_close", "post_child_cleanup"];
    assert_eq!(seen, [&process[..], &connection, &end].concat());
}

#[test]
fn sessions_are_told_of_the_end_and_may_stay_until_the_deadline() {
    let daemon = Daemon::of(witness())
        .with_variable("ADMIN", "admin.sock|unix")
        .with("--drain_timeout=200ms");
    for (signal, stays) in [(Signal::TERM, false), (Signal::QUIT, true)] {
        let mut program = foreground(&daemon);
        let line = program.line_with(&["listening on"]);
        let address = line.split_once("listening on ").unwrap().1.split_once(',').unwrap().0;
        let address = address.parse().unwrap();
        let mut guest = Client::connect(address);
        guest.sends("hello\r\n");
        guest.hears("hello\r\n");
        let mut admin = UnixClient::connect(&daemon.path("admin.sock"));
        admin.sends("hello\r\n");
        assert_eq!(admin.hears_line(), "hello\r\n");
        program.is_told(signal);
        assert_eq!(admin.hears_line(), "the server is ending\r\n");
        guest.hears_the_end();
        let refused = TcpStream::connect(address).map_err(|error| error.kind());
        assert_eq!(refused.err(), Some(ErrorKind::ConnectionRefused));
        if stays {
            // Longer than the deadline would be: so many round trips, of which each is answered.
            let start = std::time::Instant::now();
            while start.elapsed() < std::time::Duration::from_millis(400) {
                admin.sends("still here\r\n");
                assert_eq!(admin.hears_line(), "still here\r\n");
            }
            admin.sends("quit\r\n");
        }
        assert_eq!(admin.hears_to_the_end(), "");
        drop(guest);
        assert_eq!(program.ends().code(), Some(0), "{signal:?}");
    }
}

#[test]
fn a_second_signal_cuts_those_who_stay() {
    let daemon = Daemon::of(witness())
        .with_variable("ADMIN", "admin.sock|unix")
        .with("--drain_timeout=600000ms");
    let mut program = foreground(&daemon);
    program.line_with(&["listening on"]);
    let mut admin = UnixClient::connect(&daemon.path("admin.sock"));
    admin.sends("hello\r\n");
    admin.hears_line();
    program.is_told(Signal::QUIT);
    assert_eq!(admin.hears_line(), "the server is ending\r\n");
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn a_server_that_a_handler_ends_has_its_sockets_closed_at_once() {
    let daemon = Daemon::of(witness())
        .with_variable("ADMIN", "admin.sock|unix")
        .with("--drain_timeout=600s");
    let mut program = foreground(&daemon);
    let line = program.line_with(&["listening on"]);
    let address = line.split_once("listening on ").unwrap().1.split_once(',').unwrap().0;
    let mut admin = UnixClient::connect(&daemon.path("admin.sock"));
    admin.sends("drain\r\n");
    assert_eq!(admin.hears_line(), "the server is ending\r\n");
    let refused = TcpStream::connect(address).map_err(|error| error.kind());
    assert_eq!(refused.err(), Some(ErrorKind::ConnectionRefused), "nobody waits in vain");
    program.is_told(Signal::HUP);
    program.line_with(&["no restart: the server is ending"]);
    admin.sends("quit\r\n");
    assert_eq!(admin.hears_to_the_end(), "");
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn usr2_writes_the_state_to_the_log() {
    let daemon = Daemon::of(witness());
    let mut program = foreground(&daemon);
    let mut guest = Client::connect(program.address());
    guest.sends("hello\r\n");
    guest.hears("hello\r\n");
    program.is_told(Signal::USR2);
    program.line_with(&["state uptime_s=", " waiting_for_names=0"]);
    program.line_with(&[
        "state protocol=Guest connections=1 accepted=1 closed=0 denied=0 turned_away=0 \
         malformed=0 slow_readers=0 panicked=0 messages=1 bytes_in=7 bytes_out=7",
    ]);
    program.line_with(&["state protocol=Guest handler=echo calls=1"]);
    program.is_told(Signal::USR1);
    program.is_told(Signal::USR2);
    program.line_with(&["state", "protocol=Guest", "connections=1"]);
    drop(guest);
    program.is_told(Signal::TERM);
    program.ends();
}

#[test]
fn a_service_manager_hears_of_readiness_restarts_the_watchdog_and_the_end() {
    let mut daemon = Daemon::of(witness()).with_variable("WATCHDOG_USEC", "20000");
    let socket = UnixDatagram::bind(daemon.path("notify")).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let hears = |what: &str| {
        let mut seen = Vec::new();
        for _ in 0..10_000 {
            let mut text = [0; 512];
            let count = match socket.recv(&mut text) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                count => count.expect("the manager is told"),
            };
            let text = String::from_utf8_lossy(&text[..count]).into_owned();
            if text.contains(what) {
                return text;
            }
            seen.push(text);
        }
        panic!("{what} is not among {seen:?}")
    };
    let path = daemon.path("notify");
    daemon = daemon.with_variable("NOTIFY_SOCKET", path);
    let mut program = foreground(&daemon);
    program.line_with(&["listening on"]);
    assert_eq!(hears("READY"), "READY=1");
    hears("WATCHDOG=1");
    program.is_told(Signal::HUP);
    assert!(hears("RELOADING").starts_with("RELOADING=1\nMONOTONIC_USEC="));
    let main = hears("MAINPID");
    let next = daemon.pid();
    assert_eq!(main, format!("MAINPID={next}\nREADY=1\nWATCHDOG=1"));
    assert_eq!(program.ends().code(), Some(0));
    tell(next, Signal::TERM);
    hears("STOPPING=1");
    wait_until("the server ends", || !is_alive(next));
}

#[test]
fn the_command_line_of_the_seed_s_chat_does_what_it_did_there() {
    let mut chat = Daemon::of(chat_program())
        .with("--setsid=1")
        .with("--log_file=chat.log")
        .with("--admin=admin.sock|unix");
    let address = chat.starts().remove(0);
    let mut guest = Client::connect(address.parse().unwrap());
    assert_eq!(guest.hears_line(), "JOIN: (#1) from 127.0.0.1\r\n");
    assert_eq!(guest.hears_line(), "Welcome, you are number 1 to connect.\r\n");
    let mut admin = UnixClient::connect(&chat.path("admin.sock"));
    admin.sends("stats\r\n");
    assert!(admin.hears_line().ends_with(", 1 arrivals\r\n"));
    // What rotates logs moves the file and says so.
    let (log, moved) = (chat.path("chat.log"), chat.path("chat.log.1"));
    fs::rename(&log, &moved).unwrap();
    chat.is_told(Signal::USR1);
    wait_until("the log is opened anew", || log.exists());
    chat.ends();
    let logged = fs::read_to_string(&log).unwrap();
    assert!(logged.contains("Guest") && logged.contains("127.0.0.1"), "{logged}");
    assert!(!chat.path("d.pid").exists() && !chat.path("admin.sock").exists());
}
