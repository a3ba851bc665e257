/* Ten thousand pages in one thread: connects, holds, counts, and comes back as pages do.
 *
 * load --port P --auth JSON [--control PATH]...: reads commands from stdin, one object of JSON on a
 * line, and answers each with one line; they are in the table at the end of this file. PATH is the
 * unix socket of a server that is told to broadcast (bench.h). Times are CLOCK_MONOTONIC.
 *
 * It must never be what is measured. So: edge-triggered epoll, one recv for all that a socket holds,
 * frames parsed where they lie, no JSON parsed at all (a broadcast is known by `bench-<number>` in
 * it), and a nap of a tenth of a millisecond whenever it is faster than the server: without it,
 * every send of the server would pay for waking this process, which no remote client costs it. Each
 * answer has `cpu`, the share of its core that it used meanwhile.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

#define PER_ADDRESS 4000          /* connections from one address of loopback: ports run out */
#define HANDSHAKE_NS (20 * SECOND) /* what Socket.IO's client waits for a connection */
#define LATE_NS (15 * SECOND)     /* a broadcast that is not everywhere by then is lost */
#define TICK_NS (10 * MS)
#define NAP_NS 100000L
#define FEW 64                    /* fewer events at once than this: faster than the server */
#define SHOTS 65536
#define WATCHED 4096
#define VOTES 262144
#define SECONDS 256
#define ASKED 16384
#define PUBLIC 64            /* questions that a crowd votes for: the newest that it saw */

enum state { GONE, WAITING, CONNECTING, UPGRADING, OPENING, JOINING, READY };

struct client {
    int fd;
    enum state state;
    uint8_t tries;
    bool was_lost, is_back; /* since the mark */
    uint32_t seen;          /* the last broadcast */
    uint32_t watched;       /* the last number that was watched for */
    uint32_t patches;
    uint32_t held, room;
    char *rest; /* the beginning of a frame whose end is still to come */
    int64_t lost_at, silence;
    char cursor[48];
    char token[96];
};

/* A broadcast. */
struct shot {
    int64_t at, last;
    uint32_t count;
};

static struct client *clients;
static int64_t *due; /* of each client: when to look at it again; 0 is never */
static int many;     /* clients that should be there */
static int epoll;
static int ready, handshaking, started;
static int64_t now;

static struct sockaddr_in server = {.sin_family = AF_INET};
static const char *auth;
static int controls[16];
static int control_count;

static bool comes_back; /* lost connections are made again, as pages do */
static bool keeps;      /* cursors and silences are minded, as pages do */

/* --- what is counted ---------------------------------------------------------------------------- */

static struct {
    long refused, bad_status, late, reset, closed, byes, declined, odd, choked, silent;
    long gaps, resyncs, patches, snapshots, beats, lost;
} counts;

static struct shot shots[SHOTS];
static uint32_t shot; /* the last one */
static long arrivals;

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* What is being done, and since when; one thing at a time. */
enum doing { IDLE, CONNECT, LOOP, PACE, VOTE, HOLD, CROWD };

static struct {
    enum doing is;
    int64_t since, until;
    double cpu;
    char kind;
    int in_flight;
    double per_s;
    long count, arrivals;
    uint32_t first; /* shot, or 0 */
    int64_t next;
} doing;

static void begin(enum doing what, double seconds)
{
    memset(&doing, 0, sizeof doing);
    doing.is = what;
    doing.since = now = now_ns();
    doing.until = now + (int64_t)(seconds * 1e9);
    doing.cpu = cpu_s();
    doing.arrivals = arrivals;
    doing.first = shot + 1;
    doing.next = now;
}

/* Begin the line that answers; the caller adds fields and calls `answered`. */
static void answer(const char *did)
{
    double seconds = (double)(now_ns() - doing.since) / 1e9;
    printf("{\"did\":\"%s\",\"seconds\":%.6f,\"cpu\":%.3f,\"ready\":%d", did, seconds,
           seconds > 0 ? (cpu_s() - doing.cpu) / seconds : 0.0, ready);
}

static void answered(void)
{
    printf("}\n");
    fflush(stdout);
}

static void answer_counts(void)
{
    printf(",\"counts\":{\"refused\":%ld,\"bad_status\":%ld,\"late\":%ld,\"reset\":%ld,"
           "\"closed\":%ld,\"byes\":%ld,\"declined\":%ld,\"odd\":%ld,\"choked\":%ld,\"silent\":%ld,"
           "\"gaps\":%ld,\"resyncs\":%ld,\"patches\":%ld,\"snapshots\":%ld,\"beats\":%ld,"
           "\"lost\":%ld}",
           counts.refused, counts.bad_status, counts.late, counts.reset, counts.closed, counts.byes,
           counts.declined, counts.odd, counts.choked, counts.silent, counts.gaps, counts.resyncs,
           counts.patches, counts.snapshots, counts.beats, counts.lost);
}

static uint64_t random_state = 0x9e3779b97f4a7c15ULL;

static uint64_t random_bits(void) /* xorshift64* */
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dULL;
}

static double between(double least, double most)
{
    return least + (most - least) * (double)(random_bits() >> 11) / 9007199254740992.0;
}

/* --- what happens since the mark, in a storm ---------------------------------------------------- */

static int64_t marked_at, second_at;
static int back;
static int64_t *outages;

static void look_if_all(void)
{
    if (marked_at == 0 || back < many || ready < many)
        return;
    printf("{\"event\":\"all\",\"s\":%.3f,\"at\":%lld}\n", (double)(now - marked_at) / 1e9,
           (long long)now);
    fflush(stdout);
}

/* --- votes -------------------------------------------------------------------------------------- */

static char *questions[16];
static int question_count;
static char watch[128];
static size_t watch_length;
static struct shot watched[WATCHED]; /* by the number that stands behind `watch` */
static int64_t vote_at[VOTES];
static double vote_ms[VOTES];
static long votes, votes_ok, votes_not;
static uint8_t *per_second; /* patches of each client in each second */

/* --- a crowd that asks and votes ---------------------------------------------------------------- */

/* A question that was asked, by the number in its text: `bench-<number>`. */
struct asked {
    uint32_t count;      /* clients that were shown it */
    int64_t first, last; /* when the first and the last of them were */
};

static struct asked asked[ASKED];
static bool is_ask[VOTES];
static uint8_t *shown;    /* of each client: one bit for each question */
static uint64_t *voted;   /* of each client: one bit for each of the public ones */
static char public[PUBLIC][64];
static int public_count, public_next;
static long asks, asks_ok, asks_not, asks_unsent, forbidden_seen;
static char forbidden[64]; /* words that nobody may ever be shown */
static char refused_as[8][64]; /* the codes of refusals */
static long refused_count[8];

static void saw_number(struct client *client, uint32_t number)
{
    for (uint32_t i = client->watched + 1; i <= number && i < WATCHED; i++) {
        watched[i].count++;
        watched[i].last = now;
        client->watched = i;
    }
}

/* --- connections -------------------------------------------------------------------------------- */

static int index_of(const struct client *client)
{
    return (int)(client - clients);
}

static bool is_handshaking(const struct client *client)
{
    return client->state >= CONNECTING && client->state <= JOINING;
}

static void drop(struct client *client)
{
    if (is_handshaking(client))
        handshaking--;
    if (client->state == READY)
        ready--;
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    client->held = client->room = 0;
    free(client->rest);
    client->rest = NULL;
    client->state = GONE;
    due[index_of(client)] = 0;
}

/* A connection is gone; `again_s` is when to come back, below 0 for as long as a page waits. */
static void lose(struct client *client, long *why, double again_s)
{
    bool was_ready = client->state == READY;
    drop(client);
    ++*why;
    if (was_ready) {
        counts.lost++;
        client->lost_at = now;
        if (marked_at != 0)
            client->was_lost = true;
    }
    if (!comes_back && doing.is != CONNECT)
        return;
    if (!comes_back) {
        again_s = 0.1;
    } else if (again_s < 0) {
        double most = 0.5 * (double)(1 << client->tries);
        again_s = (most > 5 ? 5 : most) * between(0.5, 1.5);
        if (again_s > 5)
            again_s = 5;
        if (client->tries < 4)
            client->tries++;
    }
    client->state = WAITING;
    due[index_of(client)] = now + (int64_t)(again_s * 1e9) + 1;
}

static void send_frame(struct client *client, const char *text, size_t length)
{
    uint8_t frame[2048];
    size_t head = 2;
    frame[0] = 0x81;
    if (length < 126) {
        frame[1] = 0x80 | (uint8_t)length;
    } else {
        frame[1] = 0x80 | 126, frame[2] = (uint8_t)(length >> 8), frame[3] = (uint8_t)length;
        head = 4;
    }
    if (length + head + 4 > sizeof frame)
        die("a frame that is too large");
    uint64_t mask = random_bits();
    memcpy(frame + head, &mask, 4);
    for (size_t i = 0; i < length; i++)
        frame[head + 4 + i] = (uint8_t)text[i] ^ frame[head + i % 4];
    size_t all = head + 4 + length;
    if (send(client->fd, frame, all, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)all)
        lose(client, &counts.choked, -1);
}

static void dial(struct client *client)
{
    int number = index_of(client), on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        die("socket");
    struct sockaddr_in own = {.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(number / PER_ADDRESS)); /* 127.0.0.2 … */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&own, sizeof own))
        die("bind");
    client->fd = fd;
    client->state = CONNECTING;
    handshaking++;
    due[number] = now + HANDSHAKE_NS;
    if (connect(fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) {
        lose(client, &counts.refused, -1);
        return;
    }
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        .data.u32 = (uint32_t)number,
    };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
        die("epoll_ctl");
}

static const char upgrade_key[] = "dGhlIHNhbXBsZSBub25jZQ=="; /* the example of RFC 6455, 1.3 */
static const char upgrade_accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

static void ask_upgrade(struct client *client)
{
    char request[512];
    int length = snprintf(request, sizeof request,
                          "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                          "Host: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
                          ntohs(server.sin_port), upgrade_key);
    if (send(client->fd, request, (size_t)length, MSG_NOSIGNAL) != length) {
        lose(client, &counts.reset, -1);
        return;
    }
    client->state = UPGRADING;
}

static void send_hello(struct client *client)
{
    char hello[1024];
    int length = snprintf(hello, sizeof hello, "40%s", auth);
    if (keeps && length > 3) { /* before the brace that closes: what a page holds */
        length--;
        if (client->token[0])
            length += sprintf(hello + length, ",\"token\":\"%s\"", client->token);
        if (client->cursor[0])
            length += sprintf(hello + length, ",\"resume\":\"%s\"", client->cursor);
        length += sprintf(hello + length, "}");
    }
    client->state = JOINING;
    send_frame(client, hello, (size_t)length);
}

static void is_ready(struct client *client)
{
    client->state = READY;
    client->tries = 0;
    handshaking--;
    ready++;
    due[index_of(client)] = keeps ? now + client->silence : 0;
    if (client->was_lost && !client->is_back) {
        client->is_back = true;
        outages[back++] = now - client->lost_at;
    }
    look_if_all();
}

/* --- messages ----------------------------------------------------------------------------------- */

/* Copy the text behind `key` up to the next quote. */
static bool copy_behind(const char *text, size_t length, const char *key, char *out, size_t room)
{
    size_t key_length = strlen(key);
    const char *at = memmem(text, length, key, key_length);
    if (at == NULL)
        return false;
    at += key_length;
    const char *end = memchr(at, '"', length - (size_t)(at - text));
    if (end == NULL || (size_t)(end - at) >= room)
        return false;
    memcpy(out, at, (size_t)(end - at));
    out[end - at] = 0;
    return true;
}

static double number_behind(const char *text, size_t length, const char *key, double otherwise)
{
    const char *at = memmem(text, length, key, strlen(key));
    char digits[32] = {0};
    if (at == NULL)
        return otherwise;
    at += strlen(key);
    size_t rest = length - (size_t)(at - text);
    memcpy(digits, at, rest < sizeof digits - 1 ? rest : sizeof digits - 1);
    return atof(digits);
}

static bool begins(const char *text, size_t length, const char *with)
{
    size_t all = strlen(with);
    return length >= all && memcmp(text, with, all) == 0;
}

static void arrive(struct client *client, uint32_t number)
{
    if (number <= client->seen || number > shot)
        return;
    client->seen = number;
    shots[number % SHOTS].count++;
    shots[number % SHOTS].last = now;
    arrivals++;
}

/* Keep the cursor as a page does; a patch that does not fit is not applied. */
static void keep_cursor(struct client *client, const char *text, size_t length)
{
    char from[48];
    if (copy_behind(text, length, "\"from\":\"", from, sizeof from) &&
        strcmp(from, client->cursor) == 0) {
        copy_behind(text, length, "\"to\":\"", client->cursor, sizeof client->cursor);
        return;
    }
    char resync[128];
    counts.gaps++;
    counts.resyncs++;
    int made = sprintf(resync, "42[\"resync\",{\"cursor\":\"%s\"}]", client->cursor);
    send_frame(client, resync, (size_t)made);
}

/* Note which questions a view shows, and whether it shows what it must not. */
static void look_over(struct client *client, const char *text, size_t length)
{
    static const char mark[] = "bench-";
    const char *at = text, *end = text + length;
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) != NULL) {
        at += sizeof mark - 1;
        uint32_t number = (uint32_t)strtoul(at, NULL, 10);
        uint8_t *bits = &shown[(size_t)index_of(client) * (ASKED / 8) + number / 8 % (ASKED / 8)];
        if (number >= ASKED || (*bits & 1 << number % 8))
            continue;
        *bits |= (uint8_t)(1 << number % 8);
        if (asked[number].count++ == 0)
            asked[number].first = now;
        asked[number].last = now;
    }
    if (forbidden[0] && memmem(text, length, forbidden, strlen(forbidden)) != NULL)
        forbidden_seen++;
}

static void hear_patch(struct client *client, const char *text, size_t length)
{
    counts.patches++;
    if (doing.is == CROWD)
        look_over(client, text, length);
    client->patches++;
    if (keeps)
        keep_cursor(client, text, length);
    if (client->fd < 0) /* it could not even be asked for what is missing */
        return;
    if (client->state == JOINING)
        is_ready(client);
    const char *mark = memmem(text, length, "bench-", 6);
    if (mark != NULL)
        arrive(client, (uint32_t)strtoul(mark + 6, NULL, 10));
    if (watch_length > 0) {
        const char *seen = memmem(text, length, watch, watch_length);
        if (seen != NULL)
            saw_number(client, (uint32_t)strtoul(seen + watch_length, NULL, 10));
    }
    if (doing.is == VOTE && per_second != NULL) {
        int64_t second = (now - doing.since) / SECOND;
        if (second >= 0 && second < SECONDS)
            per_second[(size_t)index_of(client) * SECONDS + (size_t)second]++;
    }
}

static void hear_event(struct client *client, const char *text, size_t length)
{
    if (begins(text, length, "42[\"patch\"")) {
        hear_patch(client, text, length);
    } else if (begins(text, length, "42[\"beat\"")) {
        counts.beats++;
    } else if (begins(text, length, "42[\"snapshot\"")) {
        counts.snapshots++;
        if (doing.is == CROWD)
            look_over(client, text, length);
        if (keeps)
            copy_behind(text, length, "\"cursor\":\"", client->cursor, sizeof client->cursor);
        if (client->state == JOINING)
            is_ready(client);
    } else if (begins(text, length, "42[\"me\"")) {
        if (keeps && client->token[0] == 0)
            copy_behind(text, length, "\"token\":\"", client->token, sizeof client->token);
    } else if (begins(text, length, "42[\"bye\"")) {
        lose(client, &counts.byes, number_behind(text, length, "\"retry_after\":", 0.5));
    }
}

static void hear_ack(const char *text, size_t length)
{
    unsigned long vote = strtoul(text + 2, NULL, 10);
    if (vote < 1 || vote >= VOTES || vote_at[vote] == 0)
        return;
    vote_ms[vote] = (double)(now - vote_at[vote]) / 1e6;
    bool is_ok = memmem(text, length, "\"ok\":true", 9) != NULL;
    if (is_ask[vote])
        ++*(is_ok ? &asks_ok : &asks_not);
    else
        ++*(is_ok ? &votes_ok : &votes_not);
    char code[64];
    if (!is_ok && copy_behind(text, length, "\"code\":\"", code, sizeof code))
        for (int i = 0; i < 8; i++) {
            if (refused_as[i][0] == 0)
                memcpy(refused_as[i], code, sizeof code);
            if (strcmp(refused_as[i], code) == 0) {
                refused_count[i]++;
                break;
            }
        }
}

/* One message of Engine.IO; `text` is followed by something that is no digit. */
static void hear(struct client *client, const char *text, size_t length)
{
    if (keeps && client->state == READY)
        due[index_of(client)] = now + client->silence;
    if (length == 0) {
        counts.odd++;
    } else if (text[0] == '2') {
        send_frame(client, "3", 1);
    } else if (text[0] == '0' && client->state == OPENING) {
        send_hello(client);
    } else if (text[0] == '1') {
        lose(client, &counts.closed, -1);
    } else if (text[0] == '4' && length > 1) {
        if (text[1] == '2')
            hear_event(client, text, length);
        else if (text[1] == '3')
            hear_ack(text, length);
        else if (text[1] == '4')
            lose(client, &counts.declined,
                 number_behind(text, length, "\"retry_after\":", 2.5) * between(0.5, 1.5));
        else if (text[1] == '1')
            lose(client, &counts.closed, -1);
    }
}

/* --- bytes -------------------------------------------------------------------------------------- */

/* Take one frame or answer off `data`; returns how many bytes it had, 0 where its end is missing. */
static size_t take(struct client *client, char *data, size_t length)
{
    if (client->state == UPGRADING) {
        char *end = memmem(data, length, "\r\n\r\n", 4);
        if (end == NULL)
            return 0;
        size_t head = (size_t)(end - data) + 4;
        if (!begins(data, head, "HTTP/1.1 101 ") ||
            memmem(data, head, upgrade_accept, sizeof upgrade_accept - 1) == NULL)
            lose(client, &counts.bad_status, -1);
        else
            client->state = OPENING;
        return head;
    }
    const uint8_t *bytes = (uint8_t *)data;
    if (length < 2)
        return 0;
    size_t head = 2, body = bytes[1] & 127;
    if (body == 126) {
        if (length < 4)
            return 0;
        body = (size_t)bytes[2] << 8 | bytes[3];
        head = 4;
    } else if (body == 127) {
        if (length < 10)
            return 0;
        body = 0;
        for (int i = 2; i < 10; i++)
            body = body << 8 | bytes[i];
        head = 10;
    }
    if (body > (1u << 24) || (bytes[1] & 0x80) != 0) { /* servers do not mask */
        lose(client, &counts.odd, -1);
        return length;
    }
    if (length < head + body)
        return 0;
    if (bytes[0] == 0x81) {
        hear(client, data + head, body);
    } else if (bytes[0] == 0x88) {
        lose(client, &counts.closed, -1);
    } else if (bytes[0] != 0x8a) { /* nothing here fragments messages, or pings in this way */
        lose(client, &counts.odd, -1);
    }
    return head + body;
}

/* Take all that is whole off `data`; returns how much that was. */
static size_t take_all(struct client *client, char *data, size_t length)
{
    size_t done = 0;
    while (done < length && client->fd >= 0) {
        size_t one = take(client, data + done, length - done);
        if (one == 0)
            break;
        done += one;
    }
    return done;
}

static void keep_rest(struct client *client, const char *data, size_t length)
{
    if (client->held + length > client->room) {
        client->room = (uint32_t)(client->held + length) * 2;
        client->rest = realloc(client->rest, client->room + 1);
        if (client->rest == NULL)
            die("realloc");
    }
    memcpy(client->rest + client->held, data, length);
    client->held += (uint32_t)length;
}

static void receive(struct client *client, bool ends)
{
    static char data[1 << 18]; /* one byte more than is read, for number parsing */
    while (client->fd >= 0) {
        ssize_t got = recv(client->fd, data, sizeof data - 1, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            lose(client, got == 0 ? &counts.closed : &counts.reset, -1);
            return;
        }
        size_t length = (size_t)got, done;
        if (client->held == 0) {
            data[length] = 0;
            done = take_all(client, data, length);
            if (client->fd >= 0 && done < length)
                keep_rest(client, data + done, length - done);
        } else {
            keep_rest(client, data, length);
            client->rest[client->held] = 0;
            done = take_all(client, client->rest, client->held);
            if (client->fd >= 0) {
                client->held -= (uint32_t)done;
                memmove(client->rest, client->rest + done, client->held);
                if (client->held == 0) {
                    free(client->rest);
                    client->rest = NULL;
                    client->room = 0;
                }
            }
        }
        if (length < sizeof data - 1 && !ends) /* a short read: there is no more */
            return;
    }
}

static void look(struct client *client, uint32_t events)
{
    if (client->fd < 0)
        return;
    if (client->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            lose(client, &counts.refused, -1);
            return;
        }
        if (!(events & EPOLLOUT))
            return;
        ask_upgrade(client);
    }
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        receive(client, events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
}

/* --- what is done over time --------------------------------------------------------------------- */

static void fire(void)
{
    char line[64];
    shot++;
    shots[shot % SHOTS] = (struct shot){.at = now};
    int length = sprintf(line, "%c %u\n", doing.kind, shot);
    int told = doing.kind == 'b' ? control_count : 1; /* a command goes to one node */
    for (int i = 0; i < told; i++)
        if (send(controls[i], line, (size_t)length, MSG_NOSIGNAL) != length)
            die("the server's control socket");
    doing.count++;
}

/* Tell of all broadcasts since the first: when the last client had each. */
static void answer_shots(const char *did)
{
    long complete = 0;
    int64_t last = doing.since;
    answer(did);
    printf(",\"sent\":%ld,\"deliveries\":%ld,\"last_ms\":[", doing.count, arrivals - doing.arrivals);
    for (uint32_t i = doing.first; i <= shot; i++) {
        struct shot *one = &shots[i % SHOTS];
        if (one->last > last)
            last = one->last;
        if (one->count < (uint32_t)many)
            continue;
        printf("%s%.3f", complete++ ? "," : "", (double)(one->last - one->at) / 1e6);
    }
    printf("],\"complete\":%ld,\"span_s\":%.6f", complete, (double)(last - doing.since) / 1e9);
    answered();
    doing.is = IDLE;
}

static bool is_everywhere(uint32_t number)
{
    struct shot *one = &shots[number % SHOTS];
    return one->count >= (uint32_t)many || now > one->at + LATE_NS;
}

static void go_on_connecting(void)
{
    while (started < many && handshaking < doing.in_flight)
        dial(&clients[started++]);
    if (ready < many && now < doing.until)
        return;
    answer("connect");
    answer_counts();
    answered();
    doing.is = IDLE;
}

static void go_on_looping(void)
{
    if (shot >= doing.first && !is_everywhere(shot))
        return;
    if (now < doing.until && (shot < doing.first || shots[shot % SHOTS].count >= (uint32_t)many))
        fire();
    else
        answer_shots("loop");
}

static void go_on_pacing(void)
{
    if (now < doing.until) {
        if (now < doing.next)
            return;
        fire();
        shots[shot % SHOTS].at = doing.next; /* when it was due: being late here is no excuse */
        doing.next += (int64_t)(1e9 / doing.per_s);
    } else if (shot < doing.first || is_everywhere(shot)) {
        answer_shots("pace");
    }
}

static void vote(void)
{
    static int next = 0;
    for (int i = 0; i < many && clients[next % many].state != READY; i++)
        next++;
    struct client *client = &clients[next % many];
    const char *question = questions[(next / many + next) % question_count];
    next++;
    if (client->state != READY || votes + 1 >= VOTES)
        return;
    char text[512];
    uint64_t id[2] = {random_bits(), random_bits()};
    votes++;
    int length = snprintf(text, sizeof text,
                          "42%ld[\"command\",{\"id\":\"%08x-%04x-4%03x-%04x-%012llx\","
                          "\"type\":\"question.upvote\",\"question\":\"%s\"}]",
                          votes, (unsigned)(id[0] >> 32), (unsigned)(id[0] >> 16 & 0xffff),
                          (unsigned)(id[0] & 0xfff), (unsigned)(0x8000 | (id[1] >> 48 & 0x3fff)),
                          (unsigned long long)(id[1] & 0xffffffffffffULL), question);
    vote_at[votes] = now;
    send_frame(client, text, (size_t)length);
}

static long command(struct client *client, const char *format, const char *one, const char *two)
{
    char text[1536], body[1280];
    uint64_t id[2] = {random_bits(), random_bits()};
    snprintf(body, sizeof body, format, one, two);
    int length = snprintf(text, sizeof text,
                          "42%ld[\"command\",{\"id\":\"%08x-%04x-4%03x-%04x-%012llx\",%s}]",
                          ++votes, (unsigned)(id[0] >> 32), (unsigned)(id[0] >> 16 & 0xffff),
                          (unsigned)(id[0] & 0xfff), (unsigned)(0x8000 | (id[1] >> 48 & 0x3fff)),
                          (unsigned long long)(id[1] & 0xffffffffffffULL), body);
    vote_at[votes] = now;
    send_frame(client, text, (size_t)length);
    return votes;
}

/* Somebody gives a vote for a public question, or takes theirs back. */
static void vote_in_crowd(void)
{
    struct client *client = &clients[random_bits() % (uint64_t)many];
    if (client->state != READY || public_count == 0 || votes + 1 >= VOTES)
        return;
    int place = (int)(random_bits() % (uint64_t)public_count);
    for (int i = 0; i < public_count && public[place][0] == 0; i++)
        place = (place + 1) % public_count;
    if (public[place][0] == 0)
        return;
    uint64_t bit = 1ULL << place, *held = &voted[index_of(client)];
    command(client, "\"type\":\"question.%s\",\"question\":\"%s\"",
            *held & bit ? "unvote" : "upvote", public[place]);
    *held ^= bit;
}

static void answer_ms(const char *name, bool of_asks)
{
    bool first = true;
    printf(",\"%s\":[", name);
    for (long i = 1; i <= votes; i++)
        if (vote_ms[i] > 0 && is_ask[i] == of_asks) {
            printf("%s%.2f", first ? "" : ",", vote_ms[i]);
            first = false;
        }
    printf("]");
}

static void answer_crowd(void)
{
    bool first = true;
    answer("crowd");
    printf(",\"votes\":%ld,\"votes_ok\":%ld,\"votes_not\":%ld,\"asks\":%ld,\"asks_ok\":%ld,"
           "\"asks_not\":%ld,\"asks_unsent\":%ld,\"forbidden\":%ld",
           votes - asks, votes_ok, votes_not, asks, asks_ok, asks_not, asks_unsent, forbidden_seen);
    answer_counts();
    answer_ms("vote_ms", false);
    answer_ms("ask_ms", true);
    printf(",\"refused_as\":{");
    for (int i = 0; i < 8 && refused_as[i][0]; i++)
        printf("%s\"%s\":%ld", i ? "," : "", refused_as[i], refused_count[i]);
    printf("},\"shown\":["); /* number, how many were shown it, when the first and the last were */
    for (int i = 0; i < ASKED; i++)
        if (asked[i].count > 0) {
            printf("%s[%d,%u,%lld,%lld]", first ? "" : ",", i, asked[i].count,
                   (long long)asked[i].first, (long long)asked[i].last);
            first = false;
        }
    printf("]");
    answered();
    doing.is = IDLE;
}

static void go_on_crowding(void)
{
    while (now >= doing.next && now < doing.until) {
        vote_in_crowd();
        doing.next += (int64_t)(1e9 / doing.per_s);
    }
    if (now > doing.until + 3 * SECOND)
        answer_crowd();
}

static void answer_votes(void)
{
    double seconds = (double)(doing.until - doing.since) / 1e9;
    long all = 0, worst = 0, worst_second = 0;
    int whole = (int)seconds;
    for (int i = 0; i < many; i++) {
        long own = 0;
        for (int j = 0; j < whole && j < SECONDS; j++) {
            long here = per_second[(size_t)i * SECONDS + (size_t)j];
            own += here;
            if (here > worst_second)
                worst_second = here;
        }
        all += own;
        if (own > worst)
            worst = own;
    }
    answer("votes");
    printf(",\"sent\":%ld,\"ok\":%ld,\"refused\":%ld,\"patches_per_s\":%.3f,"
           "\"patches_per_s_most\":%.3f,\"patches_in_a_second_most\":%ld",
           votes, votes_ok, votes_not, (double)all / many / whole, (double)worst / whole,
           worst_second);
    answer_counts();
    printf(",\"ack_ms\":[");
    bool first = true;
    for (long i = 1; i <= votes; i++)
        if (vote_ms[i] > 0) {
            printf("%s%.2f", first ? "" : ",", vote_ms[i]);
            first = false;
        }
    printf("],\"watched\":["); /* number, how many have it, when the last had */
    first = true;
    for (int i = 1; i < WATCHED; i++)
        if (watched[i].count > 0) {
            printf("%s[%d,%u,%lld]", first ? "" : ",", i, watched[i].count,
                   (long long)watched[i].last);
            first = false;
        }
    printf("]");
    answered();
    doing.is = IDLE;
}

static void go_on_voting(void)
{
    while (now >= doing.next && now < doing.until) {
        vote();
        doing.next += (int64_t)(1e9 / doing.per_s);
    }
    if (now > doing.until + 3 * SECOND) /* answers and patches that are still to come */
        answer_votes();
}

static void tell_second(void)
{
    if (marked_at == 0 || now < second_at)
        return;
    printf("{\"event\":\"second\",\"s\":%.1f,\"connected\":%d,\"back\":%d,\"cpu\":%.3f",
           (double)(now - marked_at) / 1e9, ready, back, cpu_s() - doing.cpu);
    doing.cpu = cpu_s();
    answer_counts();
    answered();
    second_at += SECOND;
}

static void tick(void)
{
    static int64_t last;
    if (now - last >= TICK_NS) {
        last = now;
        for (int i = 0; i < many; i++) {
            if (due[i] == 0 || due[i] > now)
                continue;
            struct client *client = &clients[i];
            if (client->state == WAITING)
                dial(client);
            else if (client->state == READY)
                lose(client, &counts.silent, 0.5 * between(0.5, 1.5));
            else
                lose(client, &counts.late, -1);
        }
        tell_second();
    }
    if (doing.is == CONNECT)
        go_on_connecting();
    else if (doing.is == LOOP)
        go_on_looping();
    else if (doing.is == PACE)
        go_on_pacing();
    else if (doing.is == VOTE)
        go_on_voting();
    else if (doing.is == CROWD)
        go_on_crowding();
}

/* --- commands ----------------------------------------------------------------------------------- */

static double number_of(const char *line, const char *name, double otherwise)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(line, key);
    return at == NULL ? otherwise : atof(at + strlen(key));
}

static bool text_of(const char *line, const char *name, char *out, size_t room)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    return copy_behind(line, strlen(line), key, out, room);
}

/* Make room for so many clients; those that are there stay. */
static void want(int count)
{
    static int room;
    if (count > room) {
        clients = realloc(clients, (size_t)count * sizeof *clients);
        due = realloc(due, (size_t)count * sizeof *due);
        outages = realloc(outages, (size_t)count * sizeof *outages);
        per_second = realloc(per_second, (size_t)count * SECONDS);
        if (clients == NULL || due == NULL || outages == NULL || per_second == NULL)
            die("realloc");
        memset(clients + room, 0, (size_t)(count - room) * sizeof *clients);
        for (int i = room; i < count; i++) {
            clients[i].fd = -1;
            clients[i].silence = (int64_t)(between(12, 16) * 1e9);
            due[i] = 0;
        }
        room = count;
    }
    many = count;
}

static void connect_command(const char *line)
{
    begin(CONNECT, number_of(line, "seconds", 120));
    doing.in_flight = (int)number_of(line, "in_flight", 256);
    keeps = number_of(line, "keeps", 0) != 0;
    want((int)number_of(line, "count", 1));
}

static void close_command(const char *line)
{
    (void)line;
    begin(IDLE, 0);
    for (int i = 0; i < many; i++)
        drop(&clients[i]);
    started = many = 0;
    answer("close");
    answered();
}

static void loop_command(const char *line)
{
    char kind[8] = "b";
    text_of(line, "kind", kind, sizeof kind);
    begin(LOOP, number_of(line, "seconds", 5));
    doing.kind = kind[0];
}

static void pace_command(const char *line)
{
    char kind[8] = "b";
    text_of(line, "kind", kind, sizeof kind);
    begin(PACE, number_of(line, "seconds", 20));
    doing.kind = kind[0];
    doing.per_s = number_of(line, "per_s", 5);
}

static void mark_command(const char *line)
{
    comes_back = true;
    keeps = true;
    begin(HOLD, number_of(line, "seconds", 600));
    back = 0;
    for (int i = 0; i < many; i++) {
        clients[i].was_lost = clients[i].is_back = false;
        if (clients[i].state == READY)
            due[i] = now + clients[i].silence;
    }
    marked_at = now;
    second_at = now + SECOND;
    memset(&counts, 0, sizeof counts);
    answer("mark");
    printf(",\"at\":%lld", (long long)now);
    answered();
}

static void outages_command(const char *line)
{
    char cursor[48] = "";
    int equal = 0;
    text_of(line, "cursor", cursor, sizeof cursor);
    for (int i = 0; i < many; i++)
        equal += clients[i].state == READY && strcmp(clients[i].cursor, cursor) == 0;
    answer("outages");
    answer_counts();
    printf(",\"at_cursor\":%d,\"outages_s\":[", equal);
    for (int i = 0; i < back; i++)
        printf("%s%.3f", i ? "," : "", (double)outages[i] / 1e9);
    printf("]");
    answered();
    marked_at = 0;
}

static void votes_command(const char *line)
{
    static char names[1024];
    watch[0] = 0;
    if (!text_of(line, "questions", names, sizeof names))
        die("votes without questions");
    question_count = 0;
    for (char *name = strtok(names, " "); name != NULL && question_count < 16;
         name = strtok(NULL, " "))
        questions[question_count++] = name;
    char watched_question[64];
    if (text_of(line, "watch", watched_question, sizeof watched_question))
        snprintf(watch, sizeof watch, "\"%s\":{\"upvotes\":", watched_question);
    watch_length = strlen(watch);
    begin(VOTE, number_of(line, "seconds", 20));
    doing.per_s = number_of(line, "per_s", 300);
    memset(per_second, 0, (size_t)many * SECONDS);
    memset(watched, 0, sizeof watched);
    memset(vote_at, 0, sizeof vote_at);
    memset(vote_ms, 0, sizeof vote_ms);
    votes = votes_ok = votes_not = 0;
    for (int i = 0; i < many; i++)
        clients[i].patches = clients[i].watched = 0;
}

static void crowd_command(const char *line)
{
    begin(CROWD, number_of(line, "seconds", 300));
    doing.per_s = number_of(line, "per_s", 500);
    text_of(line, "forbidden", forbidden, sizeof forbidden);
    free(shown);
    free(voted);
    shown = calloc((size_t)many, ASKED / 8);
    voted = calloc((size_t)many, sizeof *voted);
    if (shown == NULL || voted == NULL)
        die("calloc");
    memset(asked, 0, sizeof asked);
    memset(is_ask, 0, sizeof is_ask);
    memset(vote_at, 0, sizeof vote_at);
    memset(vote_ms, 0, sizeof vote_ms);
    memset(&counts, 0, sizeof counts);
    memset(refused_as, 0, sizeof refused_as);
    memset(refused_count, 0, sizeof refused_count);
    votes = votes_ok = votes_not = asks = asks_ok = asks_not = asks_unsent = forbidden_seen = 0;
    public_count = public_next = 0;
}

static void public_command(const char *line)
{
    text_of(line, "question", public[public_next], sizeof public[0]);
    if (public_count < PUBLIC)
        public_count++;
    for (int i = 0; i < many; i++)
        voted[i] &= ~(1ULL << public_next);
    public_next = (public_next + 1) % PUBLIC;
}

static void answered_command(const char *line)
{
    char question[64] = "";
    text_of(line, "question", question, sizeof question);
    for (int i = 0; i < public_count; i++)
        if (strcmp(public[i], question) == 0)
            public[i][0] = 0;
}

static void ask_command(const char *line)
{
    char text[1024] = "", session[64] = "";
    text_of(line, "text", text, sizeof text);
    text_of(line, "session", session, sizeof session);
    struct client *client = &clients[(int)number_of(line, "client", 0) % many];
    if (client->state != READY || votes + 1 >= VOTES) {
        asks_unsent++;
        return;
    }
    asks++;
    is_ask[votes + 1] = true;
    command(client, "\"type\":\"question.ask\",\"session\":\"%s\",\"text\":\"%s\"", session, text);
}

static void counts_command(const char *line)
{
    (void)line;
    if (doing.is == IDLE)
        begin(IDLE, 0);
    answer("counts");
    answer_counts();
    answered();
}

static const struct {
    const char *name;
    void (*run)(const char *line);
} commands[] = {
    {"connect", connect_command}, /* count, in_flight, keeps (cursors and tokens), seconds at most */
    {"close", close_command},     /* all of them */
    {"loop", loop_command},       /* seconds, kind: the next broadcast once all have the last */
    {"pace", pace_command},       /* seconds, per_s, kind: broadcasts at a steady rate */
    {"mark", mark_command},       /* from now on lost connections come back; told every second */
    {"outages", outages_command}, /* how long each was away since the mark; the end of telling */
    {"votes", votes_command},     /* per_s, seconds, questions, watch (a question) */
    {"crowd", crowd_command},     /* per_s (votes), seconds, forbidden: see the next three */
    {"public", public_command},   /* question: one more to vote for */
    {"answered", answered_command}, /* question: takes no more votes */
    {"ask", ask_command},         /* client, session, text with `bench-<number>` in it */
    {"counts", counts_command},
};

static bool obey(const char *line)
{
    char name[32];
    if (!text_of(line, "do", name, sizeof name) || strcmp(name, "quit") == 0)
        return false;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            commands[i].run(line);
    return true;
}

/* How long to wait for something to happen, in ms. */
static int patience_ms(void)
{
    int64_t next = now + TICK_NS;
    if ((doing.is == PACE && now < doing.until) || doing.is == VOTE || doing.is == CROWD)
        next = doing.next < next ? doing.next : next;
    return next <= now ? 0 : (int)((next - now + MS - 1) / MS);
}

static void reach_controls(char *const paths[], int count)
{
    for (int i = 0; i < count; i++) {
        struct sockaddr_un path = unix_address(paths[i]);
        controls[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(controls[i], (struct sockaddr *)&path, sizeof path))
            die(paths[i]);
    }
    control_count = count;
}

int main(int argc, char **argv)
{
    char *paths[16];
    int count = 0;
    auth = "{}";
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            server.sin_port = htons((uint16_t)atoi(argv[i + 1]));
        else if (strcmp(argv[i], "--auth") == 0)
            auth = argv[i + 1];
        else if (strcmp(argv[i], "--control") == 0 && count < 16)
            paths[count++] = argv[i + 1];
        else
            die(argv[i]);
    }
    reach_controls(paths, count);
    random_state ^= (uint64_t)now_ns() << 1;
    epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
    fcntl(0, F_SETFL, O_NONBLOCK);
    setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    prctl(PR_SET_TIMERSLACK, 1000UL); /* a nap is as long as it says */

    static struct lines lines;
    static char line[sizeof lines.held];
    static struct epoll_event events[1024];
    const struct timespec nap = {.tv_nsec = NAP_NS};
    now = now_ns();
    for (;;) {
        int got = epoll_wait(epoll, events, 1024, patience_ms());
        now = now_ns();
        for (int i = 0; i < got; i++) {
            if (events[i].data.u32 == UINT32_MAX) {
                bool more = lines_read(&lines, 0);
                while (lines_next(&lines, line))
                    if (!obey(line))
                        return 0;
                if (!more)
                    return 0;
                continue;
            }
            if ((i & 15) == 0)
                now = now_ns();
            look(&clients[events[i].data.u32], events[i].events);
        }
        tick();
        if (got > 0 && got < FEW)
            nanosleep(&nap, NULL);
    }
}
