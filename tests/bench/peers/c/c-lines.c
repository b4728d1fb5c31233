/* Line echo by hand over epoll: edge-triggered, one read and one write a wake-up, and no second read
 * after a short one, which has emptied the socket. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, LINE_BYTES_MAX = 8192, EVENTS = 1024, BACKLOG = 1024 };

/* Bytes that wait; they have no memory while there are none. */
struct bytes {
    char *at;
    size_t length;
};

struct connection {
    int fd;
    struct bytes tail;    /* input that is no whole line yet: no byte of it ends one */
    struct bytes pending; /* output that the kernel did not take */
};

static char input[READ_BYTES];
/* What one read is answered with: each line has its end once. A tail may stand before it. */
static char output[LINE_BYTES_MAX + 1 + READ_BYTES];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void append(struct bytes *bytes, const char *more, size_t length) {
    if (length == 0) return;
    bytes->at = realloc(bytes->at, bytes->length + length);
    if (bytes->at == NULL) die("realloc");
    memcpy(bytes->at + bytes->length, more, length);
    bytes->length += length;
}

static void forget(struct bytes *bytes) {
    free(bytes->at);
    *bytes = (struct bytes){ NULL, 0 };
}

static void end(struct connection *connection) {
    close(connection->fd);
    forget(&connection->tail);
    forget(&connection->pending);
    free(connection);
}

/* Whether the connection lives. */
static bool flush(struct connection *connection) {
    struct bytes *pending = &connection->pending;
    ssize_t sent = write(connection->fd, pending->at, pending->length);
    if (sent < 0) return errno == EAGAIN;
    if ((size_t)sent == pending->length) {
        forget(pending);
    } else {
        pending->length -= (size_t)sent;
        memmove(pending->at, pending->at + sent, pending->length);
    }
    return true;
}

/* Whether the connection lives. */
static bool send_out(struct connection *connection, size_t length) {
    if (length == 0) return true;
    ssize_t sent = 0;
    if (connection->pending.length == 0) {
        sent = write(connection->fd, output, length);
        if (sent < 0) {
            if (errno != EAGAIN) return false;
            sent = 0;
        }
    }
    append(&connection->pending, output + sent, length - (size_t)sent);
    return true;
}

/* Puts the line that ends before `end` behind the output; false if it is too long. */
static bool put_line(size_t *length, const char *line, const char *end) {
    if (end > line && end[-1] == '\r') end--;
    size_t bytes = (size_t)(end - line);
    if (bytes > LINE_BYTES_MAX) return false;
    memcpy(output + *length, line, bytes);
    *length += bytes;
    output[(*length)++] = '\n';
    return true;
}

/* Echoes the lines of what was read; whether the connection lives. */
static bool handle(struct connection *connection, size_t count) {
    const char *start = input, *stop = input + count, *found;
    struct bytes *tail = &connection->tail;
    size_t length = 0;
    if (tail->length > 0 && (found = memchr(start, '\n', count)) != NULL) {
        append(tail, start, found - start);
        if (!put_line(&length, tail->at, tail->at + tail->length)) return false;
        forget(tail);
        start = found + 1;
    }
    if (tail->length == 0) {
        while ((found = memchr(start, '\n', stop - start)) != NULL) {
            if (!put_line(&length, start, found)) return false;
            start = found + 1;
        }
    }
    append(tail, start, stop - start);
    return tail->length <= LINE_BYTES_MAX + 1 && send_out(connection, length);
}

/* Reads until a read is short; at the end of the stream until that was seen. Whether the connection
 * lives. */
static bool receive(struct connection *connection, bool closed) {
    for (;;) {
        ssize_t count = read(connection->fd, input, sizeof input);
        if (count < 0) return errno == EAGAIN;
        if (count == 0 || !handle(connection, count)) return false;
        if ((size_t)count < sizeof input && !closed) return true;
    }
}

static void accept_all(int epoll, int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) die("calloc");
        connection->fd = fd;
        struct epoll_event event = {
            .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = connection
        };
        if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0
            || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
            end(connection);
        }
    }
}

/* Listens on a port of 127.0.0.1 that the system chooses, and says which. */
static int listen_somewhere(void) {
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0
        || listen(listener, BACKLOG) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        die("listen");
    }
    fprintf(stderr, "listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    return listener;
}

int main(void) {
    static struct epoll_event events[EVENTS];
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_somewhere();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = NULL };
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll");
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int at = 0; at < count; at++) {
            struct connection *connection = events[at].data.ptr;
            unsigned ready = events[at].events;
            if (connection == NULL) {
                accept_all(epoll, listener);
                continue;
            }
            bool lives = true;
            if (ready & EPOLLOUT && connection->pending.length > 0) lives = flush(connection);
            if (lives && ready & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
                lives = receive(connection, ready & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
            }
            if (!lives) end(connection);
        }
    }
}
