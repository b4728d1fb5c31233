//! The program's own options.

use super::*;

/// One that must be given.
#[derive(Args, Debug)]
struct Needy {
    #[arg(long)]
    spool: std::path::PathBuf,
}

/// Some that depend on each other, and one that counts.
#[derive(Args, Debug)]
#[group(required = true)]
struct Entangled {
    #[arg(long, requires = "key")]
    cert: Option<String>,
    #[arg(long)]
    key: Option<String>,
    #[arg(long, conflicts_with = "key")]
    plain: bool,
    #[arg(long, action = clap::ArgAction::Count)]
    detail: u8,
}

/// One that has a name of the server's.
#[derive(Args, Debug)]
struct Greedy {
    #[arg(long)]
    log_file: String,
}

#[test]
fn the_program_s_options_are_set_like_the_server_s_keys() {
    let theirs = |given: &Given<'_>| given.read::<Theirs>().unwrap().options;
    assert_eq!(theirs(&arguments(&[])).greeting, "hello");
    let options =
        theirs(&file("greeting = 'hi'\nspool_size = 7\nverbose = true\nwords = ['a', 'b']"));
    assert_eq!((options.greeting.as_str(), options.spool_size), ("hi", Some(7)));
    assert!(options.verbose);
    assert_eq!(options.words, ["a", "b"]);
    let all = Given {
        arguments: &["--greeting=1"],
        program: &[("greeting", "2"), ("spool_size", "2")],
        file: Some("greeting = '3'\nspool_size = 3\nverbose = true"),
        ..Given::default()
    };
    let options = theirs(&all);
    assert_eq!((options.greeting.as_str(), options.spool_size), ("1", Some(2)));
    assert!(options.verbose);
    assert_eq!(theirs(&arguments(&["--spool_size=4"])).spool_size, Some(4));
    let off = Given {
        arguments: &["--verbose=0"],
        file: Some("verbose = true"),
        program: &[],
        ..Given::default()
    };
    assert!(!theirs(&off).verbose);
}

#[test]
fn an_option_that_must_be_given_may_be_given_anywhere() {
    let needy = |given: &Given<'_>| given.read::<Needy>().map(|read| read.options.spool);
    assert_eq!(needy(&arguments(&["--spool=/a"])), Ok("/a".into()));
    assert_eq!(needy(&file("spool = '/b'")), Ok("/b".into()));
    assert_eq!(needy(&program(&[("spool", "/c")])), Ok("/c".into()));
    let told = needy(&arguments(&[])).unwrap_err();
    assert_eq!(
        told,
        "chat: the following required arguments were not provided: --spool <SPOOL> (see --help)"
    );
}

#[test]
fn options_that_depend_on_each_other_may_come_from_different_places() {
    let read = |given: &Given<'_>| given.read::<Entangled>().map(|read| read.options);
    let options = read(&file("cert = 'a'\nkey = 'b'\ndetail = 3")).unwrap();
    assert_eq!((options.cert.as_deref(), options.key.as_deref()), (Some("a"), Some("b")));
    assert_eq!(options.detail, 3);
    let program = &[("cert", "a")];
    let split = Given { program, file: Some("key = 'b'"), ..Given::default() };
    assert!(read(&split).is_ok());
    let told = read(&file("cert = 'a'")).map(|_| ()).unwrap_err();
    assert!(told.starts_with("chat: the following required arguments") && told.contains("--key"));
    let told = read(&file("key = 'a'\nplain = true")).map(|_| ()).unwrap_err();
    assert!(told.contains("cannot be used with"), "{told}");
    let told = read(&file("detail = 'much'")).map(|_| ()).unwrap_err();
    assert!(told.starts_with("chat: detail \"much\": "), "{told}");
    assert!(told.ends_with(" (in mux.toml, line 1)"), "{told}");
    assert!(read(&arguments(&[])).is_err(), "one of the group is required");
}

/// One that has a name of clap's.
#[derive(Args, Debug)]
struct Versed {
    #[arg(long)]
    version: String,
}

#[test]
fn an_option_with_the_name_of_a_key_is_a_mistake_of_the_program() {
    let told = arguments(&[]).read::<Versed>().map(|read| read.options.version).unwrap_err();
    assert_eq!(told, "chat: version: an option of the program has the name of a server's key");
    let told = arguments(&[]).read::<Greedy>().map(|read| read.options.log_file).unwrap_err();
    assert_eq!(told, "chat: log_file: an option of the program has the name of a server's key");
}
