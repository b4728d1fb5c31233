//! A running server: started on its core, found, watched, ended.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    contestant::{Contestant, Port},
    machine::{Cores, pinned},
};

/// How long a server may take to listen.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A server on its own core, which ends when this is dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a server and waits until it listens; what it says is kept below `logs`.
    ///
    /// # Errors
    /// It does not start, or does not listen.
    pub fn start(contestant: &Contestant, cores: Cores, logs: &Path) -> io::Result<Self> {
        let log = logs.join(format!("{}.log", contestant.name));
        let mut command = Command::new(&contestant.program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        if contestant.port == Port::Given {
            address = TcpListener::bind(address)?.local_addr()?;
        }
        let port = address.port().to_string();
        command.args(contestant.arguments.iter().map(|word| word.replace("{port}", &port)));
        let child = pinned(cores.server, || command.spawn())??;
        let mut server = Server { child, address };
        let deadline = Instant::now() + START_TIMEOUT;
        while !server.listens(contestant.port, &log)? {
            let ended = server.child.try_wait()?;
            if ended.is_some() || deadline <= Instant::now() {
                let said = fs::read_to_string(&log)?;
                let what = format!("{} does not listen: {}", contestant.name, said.trim());
                return Err(io::Error::other(what));
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Whether it listens already: it says so, or takes a connection.
    fn listens(&mut self, port: Port, log: &Path) -> io::Result<bool> {
        if port == Port::Given {
            return Ok(TcpStream::connect(self.address).is_ok());
        }
        let said = fs::read_to_string(log)?;
        let address = said.split_once("listening on ").and_then(|(_, rest)| rest.split_once('\n'));
        let address = address.and_then(|(address, _)| address.parse().ok());
        self.address = address.unwrap_or(self.address);
        Ok(address.is_some())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that would have to be put in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
