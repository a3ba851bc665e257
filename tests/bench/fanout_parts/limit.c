/* The least possible: one prebuilt frame to N sockets in a plain loop of send().
 *
 * limit PORT CONTROL SNAPSHOT: listens on loopback, answers every connection as a Socket.IO server
 * would, sends it the snapshot, and broadcasts when a line on the unix socket CONTROL says so. It
 * trusts its peers: no queues, no limits, no pings.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>

#define MOST 65536

/* --- the handshake: SHA-1 (FIPS 180-4) and base64, just large enough for it --------------------- */

static uint32_t turned(uint32_t word, int by)
{
    return word << by | word >> (32 - by);
}

static void sha1(const uint8_t *text, size_t length, uint8_t digest[20])
{
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t data[256] = {0};
    size_t blocks = (length + 8) / 64 + 1;
    memcpy(data, text, length);
    data[length] = 0x80;
    for (int i = 0; i < 8; i++)
        data[blocks * 64 - 1 - i] = (uint8_t)(length * 8 >> (8 * i));
    for (size_t block = 0; block < blocks; block++) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = data + block * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++)
            w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20)
                f = (b & c) | (~b & d), k = 0x5a827999;
            else if (i < 40)
                f = b ^ c ^ d, k = 0x6ed9eba1;
            else if (i < 60)
                f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
            else
                f = b ^ c ^ d, k = 0xca62c1d6;
            uint32_t next = turned(a, 5) + f + e + k + w[i];
            e = d, d = c, c = turned(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++)
        digest[i] = (uint8_t)(h[i / 4] >> (24 - i % 4 * 8));
}

/* Base64 of 20 bytes: 28 characters. */
static void base64(const uint8_t in[20], char out[29])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < 7; i++) {
        uint32_t three = 0;
        for (int j = 0; j < 3; j++)
            three = three << 8 | (i * 3 + j < 20 ? in[i * 3 + j] : 0);
        for (int j = 0; j < 4; j++)
            out[i * 4 + j] = digits[three >> (18 - 6 * j) & 63];
    }
    out[27] = '=';
    out[28] = 0;
}

/* Write the header of a text frame of `length` bytes; returns how long it is. */
static size_t frame_header(uint8_t *out, size_t length)
{
    out[0] = 0x81;
    if (length < 126) {
        out[1] = (uint8_t)length;
        return 2;
    }
    if (length < 65536) {
        out[1] = 126, out[2] = (uint8_t)(length >> 8), out[3] = (uint8_t)length;
        return 4;
    }
    out[1] = 127;
    for (int i = 0; i < 8; i++)
        out[2 + i] = (uint8_t)(length >> (56 - 8 * i));
    return 10;
}

/* --- connections -------------------------------------------------------------------------------- */

enum state { NOBODY, ASKING, JOINING, HERE };

struct peer {
    enum state state;
    int place; /* in `crowd` */
    size_t used;
    char *request; /* until it is answered */
};

#define REQUEST_MOST 2048

static struct peer *peers[MOST]; /* by file descriptor */
static int crowd[MOST];
static int here;
static uint8_t *welcome; /* the answer to a hello, and the snapshot */
static size_t welcome_length;

static size_t put_frame(uint8_t *out, const char *text, size_t length)
{
    size_t head = frame_header(out, length);
    memcpy(out + head, text, length);
    return head + length;
}

static void prepare_welcome(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die(path);
    static char body[1 << 20];
    size_t length = fread(body, 1, sizeof body - 64, file);
    fclose(file);
    char *message = malloc(length + 64);
    welcome = malloc(length + 128);
    if (message == NULL || welcome == NULL)
        die("malloc");
    const char *joined = "40{\"sid\":\"limit\"}";
    welcome_length = put_frame(welcome, joined, strlen(joined));
    int made = sprintf(message, "42[\"snapshot\",%.*s]", (int)length, body);
    welcome_length += put_frame(welcome + welcome_length, message, (size_t)made);
    free(message);
}

static void send_all(int fd, const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            if (errno != EAGAIN || poll(&room, 1, 5000) <= 0)
                return;
            continue;
        }
        data += sent;
        length -= (size_t)sent;
    }
}

static void leave(int fd)
{
    struct peer *peer = peers[fd];
    if (peer->state == HERE) {
        crowd[peer->place] = crowd[--here];
        peers[crowd[peer->place]]->place = peer->place;
    }
    peers[fd] = NULL;
    free(peer->request);
    free(peer);
    close(fd);
}

static void upgrade(int fd, struct peer *peer)
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char *key = strcasestr(peer->request, "\r\nSec-WebSocket-Key:");
    char *end = key == NULL ? NULL : strstr(key + 2, "\r\n");
    if (end == NULL) {
        leave(fd);
        return;
    }
    key += strlen("\r\nSec-WebSocket-Key:");
    while (*key == ' ')
        key++;
    char both[128];
    int length = snprintf(both, sizeof both, "%.*s%s", (int)(end - key), key, magic);
    uint8_t digest[20];
    char accept[29];
    sha1((uint8_t *)both, (size_t)length, digest);
    base64(digest, accept);
    char answer[512];
    length = snprintf(answer, sizeof answer,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                      accept);
    const char *open = "0{\"sid\":\"limit\",\"upgrades\":[],\"pingInterval\":25000,"
                       "\"pingTimeout\":20000,\"maxPayload\":20000}";
    length += (int)put_frame((uint8_t *)answer + length, open, strlen(open));
    send_all(fd, (uint8_t *)answer, (size_t)length);
    peer->state = JOINING;
    free(peer->request);
    peer->request = NULL;
}

static void hear(int fd)
{
    struct peer *peer = peers[fd];
    if (peer == NULL)
        return;
    static char ignored[REQUEST_MOST];
    char *into = peer->state == ASKING ? peer->request + peer->used : ignored;
    size_t room = REQUEST_MOST - 1 - (peer->state == ASKING ? peer->used : 0);
    ssize_t got = recv(fd, into, room, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        leave(fd);
        return;
    }
    if (got < 0)
        return;
    if (peer->state == ASKING) {
        peer->used += (size_t)got;
        peer->request[peer->used] = 0;
        if (strstr(peer->request, "\r\n\r\n") != NULL)
            upgrade(fd, peer);
    } else if (peer->state == JOINING) { /* whatever it says is its hello */
        send_all(fd, welcome, welcome_length);
        peer->state = HERE;
        peer->place = here;
        crowd[here++] = fd;
    }
}

static void greet(int epoll, int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0)
            return;
        struct peer *peer = fd < MOST ? calloc(1, sizeof *peer) : NULL;
        if (peer == NULL || (peer->request = malloc(REQUEST_MOST)) == NULL) {
            free(peer);
            close(fd);
            continue;
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peer->state = ASKING;
        peers[fd] = peer;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

/* --- the broadcast ------------------------------------------------------------------------------ */

static void broadcast(long number)
{
    char body[1024];
    uint8_t frame[1040];
    int length = snprintf(
        body, sizeof body,
        "42[\"patch\",{\"from\":\"120.3fa9c1d27b6e8041\",\"to\":\"121.9be1c4a7d05f2e36\","
        "\"at\":1764045804123,\"patch\":{\"questions\":{\"ykgkapnhsqoja2ix\":{\"session\":\"s3\","
        "\"text\":\"bench-%ld. How do regions of this size take part in it?\",\"name\":\"Ana\","
        "\"upvotes\":17,\"status\":\"approved\",\"asked_at\":1764045800000}}}}]",
        number);
    size_t all = put_frame(frame, body, (size_t)length);
    int failed = 0;
    for (int i = 0; i < here; i++)
        if (send(crowd[i], frame, all, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)all)
            failed++;
    if (failed > 0)
        fprintf(stderr, "limit: %d sockets did not take broadcast %ld\n", failed, number);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "limit PORT CONTROL SNAPSHOT\n");
        return 2;
    }
    prepare_welcome(argv[3]);
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096))
        die("listen");
    int door = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un path = unix_address(argv[2]);
    if (bind(door, (struct sockaddr *)&path, sizeof path) || listen(door, 4))
        die(argv[2]);

    int epoll = epoll_create1(0);
    int control = -1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    event.data.fd = door;
    epoll_ctl(epoll, EPOLL_CTL_ADD, door, &event);
    printf("{\"ready\": true, \"versions\": {\"cc\": \"%s\"}}\n", __VERSION__);
    fflush(stdout);

    static struct lines lines;
    static char line[sizeof lines.held];
    static struct epoll_event events[512];
    for (;;) {
        int count = epoll_wait(epoll, events, 512, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                greet(epoll, listener);
            } else if (fd == door) {
                control = accept4(door, NULL, NULL, SOCK_NONBLOCK);
                lines.used = 0;
                event.data.fd = control;
                epoll_ctl(epoll, EPOLL_CTL_ADD, control, &event);
            } else if (fd == control) {
                bool more = lines_read(&lines, control);
                while (lines_next(&lines, line))
                    broadcast(atol(line + 2));
                if (!more) {
                    close(control);
                    control = -1;
                }
            } else {
                hear(fd);
            }
        }
    }
}
