//! A key-value store that speaks Redis's protocol. Try it with `redis-cli` or `telnet`.

mod store;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::{iter::once, process::ExitCode, time::Duration};

use mux_runtime::{
    CloseReason, Closing, Cx, Either, FromArg, Id, Malformed, Resp, Service, Time, Words,
    mux_server,
    resp::{ArrayLen, Bulk, BulkOrNull, Error, Int, Null, Refusal, Simple, fits},
};
use store::Store;

/// What all clients share.
#[derive(Default)]
pub struct Db {
    store: Store,
    /// Who listens to each channel; none is empty.
    channels: HashMap<Vec<u8>, HashSet<Id>>,
    arrivals: i64,
}

/// One client.
pub struct Kv {
    number: i64,
    /// What it is subscribed to.
    channels: BTreeSet<Vec<u8>>,
}

/// Any command may be sent.
#[derive(Default)]
pub struct Normal;

/// The client is subscribed to something: messages may come between replies.
#[derive(Default)]
pub struct Subscriber;

type Answer<T = Simple> = Result<T, Error<&'static str>>;

const OK: Simple = Simple("OK");
const SYNTAX: Error<&str> = Error("ERR syntax error");
const NOT_AN_INT: Error<&str> = Error("ERR value is not an integer or out of range");
const UNKNOWN: Error<&str> = Error("ERR unknown subcommand or wrong number of arguments");
const NOT_NOW: &str =
    "only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
const SETTINGS: [(&str, &str); 3] = [("appendonly", "no"), ("databases", "1"), ("save", "")];

/// A Redis of one database, in memory. A command has 512 MiB at most, as one value has in Redis.
#[mux_server(shared = Db, modes(Normal, Subscriber), framing = Resp, ignore_case,
    max_frame = 512 * 1024 * 1024, max_line = 64 * 1024)]
impl Kv {
    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        cx.shared.arrivals += 1;
        Kv { number: cx.shared.arrivals, channels: BTreeSet::new() }
    }

    /// Get a reply, to see that the server is there.
    #[frame("PING")]
    fn ping(&mut self, cx: &mut Cx<'_, Self>, message: Option<&[u8]>) {
        match message {
            Some(message) => cx.out.write(Bulk(message)),
            None => cx.out.write(Simple("PONG")),
        }
    }

    /// Get a message back.
    #[frame("ECHO")]
    fn echo(&mut self, cx: &mut Cx<'_, Self>, message: &[u8]) {
        cx.out.write(Bulk(message));
    }

    /// Give a key a value, for `EX seconds` or `PX milliseconds`; `NX` if it has none, `XX` if any.
    #[frame("SET")]
    fn set(
        &mut self,
        cx: &mut Cx<'_, Self>,
        key: &[u8],
        value: &[u8],
        mut options: Words<'_, [u8]>,
    ) -> Answer<Either<Simple, Null>> {
        let (mut exists, mut lifetime) = (None, None);
        while let Some(option) = options.next() {
            if exists != Some(true) && is(option, "NX") {
                exists = Some(false);
            } else if exists != Some(false) && is(option, "XX") {
                exists = Some(true);
            } else if lifetime.is_none_or(|(_, unit)| unit == 1) && is(option, "PX") {
                lifetime = Some((options.next().ok_or(SYNTAX)?, 1));
            } else if lifetime.is_none_or(|(_, unit)| unit == 1000) && is(option, "EX") {
                lifetime = Some((options.next().ok_or(SYNTAX)?, 1000));
            } else {
                return Err(SYNTAX);
            }
        }
        let now = cx.now();
        let mut deadline = None;
        if let Some((number, unit)) = lifetime {
            let number = Int::from_arg(number).ok_or(NOT_AN_INT)?.0;
            let millis = number.checked_mul(unit).filter(|&millis| millis > 0);
            let millis = millis.ok_or(Error("ERR invalid expire time in 'set' command"))?;
            deadline = Some(now + Duration::from_millis(millis as u64));
        }
        if exists.is_some_and(|exists| exists != cx.shared.store.get(key, now).is_some()) {
            return Ok(Either::Right(Null));
        }
        cx.shared.store.put(key, value, deadline, now);
        Ok(Either::Left(OK))
    }

    /// Get the value of a key.
    #[frame("GET")]
    fn get(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) {
        let entry = cx.shared.store.get(key, cx.now());
        cx.out.write(BulkOrNull(entry.map(|entry| &entry.value)));
    }

    /// Give several keys their values.
    #[frame("MSET")]
    fn mset(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], mut more: Words<'_, [u8]>) -> Answer {
        if more.count().is_multiple_of(2) {
            return Err(Error("ERR wrong number of arguments for 'mset' command"));
        }
        let mut pair = Some(key).zip(more.next());
        while let Some((key, value)) = pair {
            cx.shared.store.put(key, value, None, cx.now());
            pair = more.next().zip(more.next());
        }
        Ok(OK)
    }

    /// Get the values of several keys.
    #[frame("MGET")]
    fn mget(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], more: Words<'_, [u8]>) {
        cx.out.write(ArrayLen(1 + more.count()));
        once(key).chain(more).for_each(|key| self.get(cx, key));
    }

    /// Remove keys; says how many there were.
    #[frame("DEL")]
    fn del(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], more: Words<'_, [u8]>) -> Int {
        let (now, store) = (cx.now(), &mut cx.shared.store);
        Int(once(key).chain(more).filter(|key| store.remove(key, now)).count() as i64)
    }

    /// Count those of the keys that there are.
    #[frame("EXISTS")]
    fn exists(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], more: Words<'_, [u8]>) -> Int {
        let (now, store) = (cx.now(), &mut cx.shared.store);
        Int(once(key).chain(more).filter(|key| store.get(key, now).is_some()).count() as i64)
    }

    /// Add one to a number.
    #[frame("INCR")]
    fn incr(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) -> Answer<Int> {
        cx.shared.add(key, 1, cx.now())
    }

    /// Add to a number.
    #[frame("INCRBY")]
    fn incr_by(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], by: Int) -> Answer<Int> {
        cx.shared.add(key, by.0, cx.now())
    }

    /// Take one from a number.
    #[frame("DECR")]
    fn decr(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) -> Answer<Int> {
        cx.shared.add(key, -1, cx.now())
    }

    /// Take from a number.
    #[frame("DECRBY")]
    fn decr_by(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], by: Int) -> Answer<Int> {
        let by = by.0.checked_neg().ok_or(Error("ERR decrement would overflow"))?;
        cx.shared.add(key, by, cx.now())
    }

    /// Let a key live so many seconds more; with 0 or less it is gone.
    #[frame("EXPIRE")]
    fn expire(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], seconds: Int) -> Answer<Int> {
        let invalid = Error("ERR invalid expire time in 'expire' command");
        let millis = seconds.0.checked_mul(1000).ok_or(invalid)?;
        let now = cx.now();
        let Some(entry) = cx.shared.store.get(key, now) else { return Ok(Int(0)) };
        entry.deadline = Some(now + Duration::from_millis(millis.try_into().unwrap_or(0)));
        Ok(Int(1))
    }

    /// Get the seconds that a key has to live: -1 without end, -2 if there is none.
    #[frame("TTL")]
    fn ttl(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) -> Int {
        let now = cx.now();
        let Some(entry) = cx.shared.store.get(key, now) else { return Int(-2) };
        let seconds = |deadline: Time| (deadline.since(now).as_millis() as i64 + 500) / 1000;
        Int(entry.deadline.map_or(-1, seconds))
    }

    /// Get the keys that fit a pattern.
    #[frame("KEYS")]
    fn keys(&mut self, cx: &mut Cx<'_, Self>, pattern: &[u8]) {
        let keys = cx.shared.store.keys(cx.now());
        let keys = keys.filter(|key| fits(pattern, key)).collect::<BTreeSet<_>>();
        cx.out.write(ArrayLen(keys.len()));
        keys.iter().for_each(|key| cx.out.write(Bulk(key)));
    }

    /// Count the keys.
    #[frame("DBSIZE")]
    fn dbsize(&mut self, cx: &mut Cx<'_, Self>) -> Int {
        Int(cx.shared.store.keys(cx.now()).count() as i64)
    }

    /// Remove all keys.
    #[frame("FLUSHALL")]
    fn flushall(&mut self, cx: &mut Cx<'_, Self>, mut how: Words<'_, [u8]>) -> Answer {
        if how.count() > 1 || !how.all(|how| is(how, "SYNC") || is(how, "ASYNC")) {
            return Err(SYNTAX);
        }
        cx.shared.store = Store::default();
        Ok(OK)
    }

    /// Listen to channels.
    #[frame("SUBSCRIBE")]
    fn listen(&mut self, cx: &mut Cx<'_, Self>, one: &[u8], more: Words<'_, [u8]>) -> Subscriber {
        let id = cx.id();
        for channel in once(one).chain(more) {
            self.channels.insert(channel.into());
            cx.shared.channels.entry(channel.into()).or_default().insert(id);
            self.tell(cx, "subscribe", Some(channel));
        }
        Subscriber
    }

    #[frame("SUBSCRIBE", mode = Subscriber)]
    fn listen_more(&mut self, cx: &mut Cx<'_, Self>, channel: &[u8], more: Words<'_, [u8]>) {
        self.listen(cx, channel, more);
    }

    #[frame("UNSUBSCRIBE", mode = Subscriber)]
    fn unlisten(&mut self, cx: &mut Cx<'_, Self>, channels: Words<'_, [u8]>) -> Option<Normal> {
        let mut channels = channels.map(Vec::from).collect::<Vec<_>>();
        if channels.is_empty() {
            channels.extend(self.channels.iter().cloned());
        }
        if channels.is_empty() {
            self.tell(cx, "unsubscribe", None);
        }
        for channel in &channels {
            self.channels.remove(channel);
            cx.shared.unlisten(channel, cx.id());
            self.tell(cx, "unsubscribe", Some(channel));
        }
        self.channels.is_empty().then_some(Normal)
    }

    /// Listen to some channels, or to all, no more.
    #[frame("UNSUBSCRIBE")]
    fn unlisten_nothing(&mut self, cx: &mut Cx<'_, Self>, channels: Words<'_, [u8]>) {
        self.unlisten(cx, channels);
    }

    /// Send a message to all that listen to a channel; says how many they are.
    #[frame("PUBLISH")]
    fn publish(&mut self, cx: &mut Cx<'_, Self>, channel: &[u8], message: &[u8]) -> Int {
        let mut count = 0;
        for &id in cx.shared.channels.get(channel).into_iter().flatten() {
            let mut to = cx.out.to(id);
            count += i64::from(to.is_open());
            to.write((ArrayLen(3), Bulk("message"), Bulk(channel), Bulk(message)));
        }
        Int(count)
    }

    #[frame("PING", mode = Subscriber)]
    fn ping_while_listening(&mut self, cx: &mut Cx<'_, Self>, message: Option<&[u8]>) {
        cx.out.write((ArrayLen(2), Bulk("pong"), Bulk(message.unwrap_or_default())));
    }

    #[frame(mode = Subscriber)]
    fn not_now(&mut self, mut words: Words<'_, [u8]>) -> Option<Error<String>> {
        let word = String::from_utf8_lossy(words.next()?).to_ascii_lowercase();
        Some(Error(format!("ERR Can't execute '{word}': {NOT_NOW}")))
    }

    /// Describe the commands, or `COUNT` them.
    #[frame("COMMAND")]
    fn command(&mut self, cx: &mut Cx<'_, Self>, what: Option<&[u8]>, _of: Words<'_, [u8]>) {
        let commands = Self::PROTOCOL.modes[0].commands;
        if what.is_some_and(|what| is(what, "COUNT")) {
            return cx.out.write(Int(commands.len() as i64));
        }
        cx.out.write(ArrayLen(2 * commands.len()));
        for command in commands {
            let word = command.word.unwrap_or_default().to_ascii_lowercase();
            cx.out.write((Bulk(word), ArrayLen(2), Bulk("summary"), Bulk(command.doc)));
        }
    }

    /// Ask for the number of this connection, `ID`, or say who you are: `SETNAME name`.
    #[frame("CLIENT")]
    fn client(&mut self, cx: &mut Cx<'_, Self>, what: &str, more: Words<'_, [u8]>) {
        match (what.to_ascii_uppercase().as_str(), more.count()) {
            ("ID", 0) => cx.out.write(Int(self.number)),
            ("SETNAME", 1) | ("SETINFO", 2) => cx.out.write(OK),
            _ => cx.out.write(UNKNOWN),
        }
    }

    /// Get the settings that fit a pattern: `GET pattern`.
    #[frame("CONFIG")]
    fn config(&mut self, cx: &mut Cx<'_, Self>, what: &str, patterns: Words<'_, [u8]>) {
        if !what.eq_ignore_ascii_case("GET") || patterns.count() == 0 {
            return cx.out.write(UNKNOWN);
        }
        let fit = |name: &str| { patterns }.any(|pattern| fits(pattern, name.as_bytes()));
        let found = SETTINGS.iter().filter(|(name, _)| fit(name));
        cx.out.write(ArrayLen(2 * found.clone().count()));
        found.for_each(|(name, value)| cx.out.write((Bulk(name), Bulk(value))));
    }

    /// Get numbers about the server.
    #[frame("INFO")]
    fn info(&mut self, cx: &mut Cx<'_, Self>, _sections: Words<'_, [u8]>) -> Bulk<String> {
        let (clients, keys) = (1 + cx.peers.count(), cx.shared.store.keys(cx.now()).count());
        Bulk(format!(
            "# Server\r\nredis_version:7.0.0\r\n\r\n# Clients\r\nconnected_clients:{clients}\r\n\r\n# Keyspace\r\ndb0:keys={keys}\r\n"
        ))
    }

    /// Leave.
    #[frame("QUIT")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>, _ignored: Words<'_, [u8]>) -> Simple {
        cx.close();
        OK
    }

    #[frame("QUIT", mode = Subscriber)]
    fn quit_listening(&mut self, cx: &mut Cx<'_, Self>, ignored: Words<'_, [u8]>) -> Simple {
        self.quit(cx, ignored)
    }

    #[on(malformed)]
    fn refuse(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
        cx.out.write(Refusal(what));
    }

    /// A command without its end is not carried out: who knows what its last word was to be.
    #[on(eof)]
    fn finished(&mut self) {}

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        self.channels.iter().for_each(|channel| cx.shared.unlisten(channel, cx.id()));
    }

    /// Says what became of a subscription.
    fn tell(&self, cx: &mut Cx<'_, Self>, what: &str, channel: Option<&[u8]>) {
        let count = Int(self.channels.len() as i64);
        cx.out.write((ArrayLen(3), Bulk(what), BulkOrNull(channel), count));
    }
}

impl Db {
    /// Adds to the number that a key holds.
    fn add(&mut self, key: &[u8], by: i64, now: Time) -> Answer<Int> {
        let (old, deadline) = match self.store.get(key, now) {
            Some(entry) => (Int::from_arg(&entry.value).ok_or(NOT_AN_INT)?.0, entry.deadline),
            None => (0, None),
        };
        let new = old.checked_add(by).ok_or(Error("ERR increment or decrement would overflow"))?;
        self.store.put(key, new.to_string().as_bytes(), deadline, now);
        Ok(Int(new))
    }

    fn unlisten(&mut self, channel: &[u8], id: Id) {
        let Some(ids) = self.channels.get_mut(channel) else { return };
        ids.remove(&id);
        if ids.is_empty() {
            self.channels.remove(channel);
        }
    }
}

fn is(word: &[u8], name: &str) -> bool {
    word.eq_ignore_ascii_case(name.as_bytes())
}

fn main() -> ExitCode {
    Service::new(Db::default()).port(6379).run::<Kv>()
}
