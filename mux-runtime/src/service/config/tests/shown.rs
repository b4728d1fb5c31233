//! What `--help`, `--check-config` and the guide show.

use super::*;

#[test]
fn help_lists_everything() {
    let text = program(&[("port", "6379")]).read::<Theirs>().unwrap().program;
    assert_eq!(text, "chat");
    let given = Given {
        arguments: &["--help"],
        program: &[("port", "6379")],
        file: None,
        ..Given::default()
    };
    let text = given.mistake();
    for key in keys::all() {
        assert!(text.contains(&format!("--{}", key.name.replace('_', "-"))), "{}", key.name);
    }
    for other in [
        "--conf-file",
        "--check-config",
        "--describe",
        "--help",
        "--greeting",
        "What each guest is told first",
        "[default: 6379]",
        "[default: 1MiB]",
        "Limits:",
        "Options of the program:",
    ] {
        assert!(text.contains(other), "{other} in {text}");
    }
    assert!(!text.contains("The options of a program"), "{text}");
}

#[test]
fn the_guide_s_table_has_every_key_with_its_default() {
    let guide = include_str!("../../../guide/configuration.rs");
    for key in keys::all() {
        let start = format!("//! | `{}` | ", key.name);
        let row = guide.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row for {}", key.name));
        let default = row.replace("\\|", "").split(" |").nth(3).unwrap().trim().to_owned();
        assert_eq!(default, show(&Settings::default(), key.name), "{}", key.name);
    }
}

#[test]
fn check_config_prints_each_value_and_where_it_comes_from() {
    let given = Given {
        arguments: &["--check-config", "--port=1", "--port=2", "--verbose"],
        program: &[("idle_timeout", "90s")],
        file: Some("\nlog_file = 'a \"b\".log'\ngreeting = 'hi'"),
        ..Given::default()
    };
    let Task::Check(text) = given.read::<Theirs>().unwrap().task else { panic!("nothing said") };
    let said = text.lines().map(|line| {
        let (value, origin) = line.split_once("  # ").unwrap();
        (value.trim_end(), origin)
    });
    let said = said.collect::<Vec<_>>();
    assert_eq!(said.len(), keys::all().count() + 4);
    for expected in [
        ("port = [1, 2]", "argument"),
        ("idle_timeout = \"1m30s\"", "program"),
        ("log_file = \"a \\\"b\\\".log\"", "mux.toml, line 2"),
        ("host = \"127.0.0.1\"", "default"),
        ("setsid = false", "default"),
        ("greeting = \"hi\"", "mux.toml, line 3"),
        ("verbose = true", "argument"),
        ("words = []", "default"),
    ] {
        assert!(said.contains(&expected), "{expected:?} in {text}");
    }
    // What it prints is a configuration file.
    let server = text.lines().filter(|line| !line.starts_with("spool_size")).collect::<Vec<_>>();
    let again = file(&server.join("\n")).read::<Theirs>().unwrap();
    assert_eq!(show(&again.settings, "idle_timeout"), "1m30s");
    assert_eq!(again.options.greeting, "hi");
}

/// A program with a description and a version.
fn described(words: &[&str], identity: &Identity, doc: &'static str) -> String {
    let mut protocol = PROTOCOL;
    protocol.doc = doc;
    let words = std::iter::once(&"chat").chain(words).map(OsString::from).collect::<Vec<_>>();
    match read::<Theirs>(&words, identity, &[], &Settings::default(), &[&protocol]) {
        Err(Told::Help(text) | Told::Mistake(text)) => text,
        Ok(_) => panic!("{words:?} is not answered"),
    }
}

#[test]
fn a_program_tells_what_it_is_and_its_version() {
    let identity = Identity { about: Some("chat room".into()), version: Some("1.2.3".into()) };
    for word in ["--version", "-V"] {
        assert_eq!(described(&[word], &identity, "Doc."), "chat 1.2.3\n");
    }
    assert!(described(&["--help"], &identity, "Doc.").starts_with("chat room\n\nUsage: chat "));
    let manual = described(&["--generate", "man"], &identity, "Doc.");
    assert!(manual.contains(".TH chat 8  \"chat 1.2.3\""), "{manual}");
    assert!(manual.contains(".SH NAME\nchat \\- chat room\n"), "{manual}");
}

#[test]
fn what_a_program_does_not_tell_of_itself_is_taken_from_its_protocol() {
    let none = Identity::default();
    let doc = "A chat\nroom.\n\nIts guests talk.";
    assert!(described(&["--help"], &none, doc).starts_with("A chat room\n\n"));
    assert!(described(&["--help"], &none, "").starts_with("server of the protocol Chat\n\n"));
    let manual = described(&["--generate", "man"], &none, "");
    assert!(manual.contains("\nchat \\- server of the protocol Chat\n"), "{manual}");
    let refused = described(&["--version"], &none, doc);
    assert!(refused.starts_with("chat: unexpected argument '--version' found"), "{refused}");
}

#[test]
fn check_config_tells_a_mistake_instead() {
    assert_eq!(
        arguments(&["--check-config", "--port=x"]).mistake(),
        "chat: port \"x\": no port number (see --help)"
    );
}
