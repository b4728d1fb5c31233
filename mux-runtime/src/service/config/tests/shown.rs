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
    let Task::Say(text) = given.read::<Theirs>().unwrap().task else { panic!("nothing said") };
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

#[test]
fn check_config_tells_a_mistake_instead() {
    assert_eq!(
        arguments(&["--check-config", "--port=x"]).mistake(),
        "chat: port \"x\": not in 0..=65535 (see --help)"
    );
}
