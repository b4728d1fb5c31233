/* No server, but what one cannot do without: as many connections as the argument says are accepted,
 * and what the last one says first, up to as many bytes as the other argument says, is sent to each in
 * turn, by one call each, for as long as they take it. Nothing else is read, waited for or made. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1000, BYTES_MAX = 64 * 1024 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* Listens on a port of 127.0.0.1 that the system chooses, and says which. */
static int listen_somewhere(void) {
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0
        || listen(listener, CONNECTIONS_MAX) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        die("listen");
    }
    fprintf(stderr, "listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    return listener;
}

int main(int count, char **words) {
    static int connections[CONNECTIONS_MAX];
    static char said[BYTES_MAX];
    int wanted = count == 3 ? atoi(words[1]) : 0, bytes = count == 3 ? atoi(words[2]) : 0, on = 1;
    if (wanted < 1 || wanted > CONNECTIONS_MAX || bytes < 1 || bytes > BYTES_MAX) {
        fprintf(stderr, "usage: c-sends CONNECTIONS BYTES\n");
        return 2;
    }
    int listener = listen_somewhere();
    for (int at = 0; at < wanted; at++) {
        connections[at] = accept(listener, NULL, NULL);
        if (connections[at] < 0) die("accept");
        if (setsockopt(connections[at], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("nodelay");
    }
    if (recv(connections[wanted - 1], said, bytes, MSG_WAITALL) != bytes) die("recv");
    for (int at = 0;; at = (at + 1) % wanted) {
        if (send(connections[at], said, bytes, MSG_NOSIGNAL) != bytes) return 0;
    }
}
