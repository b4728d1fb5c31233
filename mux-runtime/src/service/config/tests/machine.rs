//! What the machine lacks.

use super::*;

#[test]
fn what_a_start_would_not_find_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().display().to_string();
    let missing = "No such file or directory (os error 2)";
    for (line, what) in [
        ("user = 'nobody-of-this-name'", "user \"nobody-of-this-name\": there is no such user"),
        ("group = 'none-of-this-name'", "group \"none-of-this-name\": there is no such group"),
        (
            "unix_owner = '0:none-of-this-name'",
            "unix_owner: group \"none-of-this-name\": there is no such group",
        ),
        ("chroot = '{at}/a'", &format!("chroot \"{at}/a\": {missing}")),
        ("chroot = '{at}/file'", &format!("chroot \"{at}/file\": not a folder")),
        (
            "pid_file = '{at}/a/b'",
            &format!("pid_file \"{at}/a/b\": its folder \"{at}/a\": {missing}"),
        ),
        (
            "log_file = '{at}/file/b'",
            &format!("log_file \"{at}/file/b\": its folder \"{at}/file\": not a folder"),
        ),
        (
            "port = [0,\n\n '{at}/a/b|unix']",
            &format!("port \"{at}/a/b|unix\": its folder \"{at}/a\": {missing}"),
        ),
    ] {
        std::fs::write(folder.path().join("file"), "").unwrap();
        let text = line.replace("{at}", &at);
        let line = 1 + text.matches('\n').count();
        let lacks = file(&text).read::<()>().unwrap().lacks::<()>(&[]);
        assert_eq!(lacks, Some(format!("{what} (in mux.toml, line {line})")), "{text}");
    }
    let all = [
        format!("--pid_file={at}/pid"),
        format!("--chroot={at}"),
        format!("--port={at}/socket|unix"),
        "--port=0".into(),
        "--user=12345".into(),
        "--log_file=log".into(),
    ];
    let all = all.each_ref().map(String::as_str);
    assert_eq!(arguments(&all).read::<()>().unwrap().lacks::<()>(&[]), None);
}

#[test]
fn a_host_without_an_address_is_told_by_whoever_named_it() {
    let lacks = |given: &Given<'_>| given.read::<()>().unwrap().lacks::<()>(&[]).unwrap();
    let told = lacks(&arguments(&["--port=host.invalid:2000"]));
    assert!(told.starts_with("port \"host.invalid:2000\": host \"host.invalid\": "), "{told}");
    assert!(told.ends_with(" (see --help)"), "{told}");
    let told = lacks(&file("port = 2000\nhost = 'host.invalid'"));
    assert!(told.starts_with("host \"host.invalid\": "), "{told}");
    assert!(told.ends_with(" (in mux.toml, line 2)"), "{told}");
}
