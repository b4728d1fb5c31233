"""What a program does with redis-py. The port is the argument; it fails where an answer is wrong."""

import sys
import time

import redis

port = int(sys.argv[1])
client = redis.Redis(port=port, protocol=2, socket_timeout=10, decode_responses=True)


def equal(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


equal(client.ping(), True)
equal(client.echo("hello"), "hello")
equal(client.flushall(), True)
equal(client.set("a", "1"), True)
equal(client.get("a"), "1")
equal(client.set("a", "2", nx=True), None)
equal(client.set("a", "2", xx=True, ex=100), True)
equal(client.ttl("a"), 100)
equal(client.ttl("nothing"), -2)
equal(client.mset({"b": "2", "c": "x\r\ny"}), True)
equal(client.mget("a", "nothing", "c"), ["2", None, "x\r\ny"])
equal(client.exists("a", "b", "nothing"), 2)
equal(client.incr("a"), 3)
equal(client.decr("fresh"), -1)
equal(client.execute_command("INCR", "fresh"), 0)
equal(client.execute_command("DECR", "fresh"), -1)
equal(sorted(client.keys("[a-c]")), ["a", "b", "c"])
equal(client.dbsize(), 4)
equal(client.delete("a", "b", "nothing"), 2)
equal(client.config_get("append*"), {"appendonly": "no"})
equal(client.client_setname("me"), True)
assert client.client_id() > 0
assert client.info()["connected_clients"] >= 1
assert client.command_count() > 10

# Keys expire.
equal(client.set("short", "x", px=80), True)
equal(client.expire("c", 1), True)
equal(client.get("short"), "x")
deadline = time.monotonic() + 10
while client.exists("short", "c"):
    assert time.monotonic() < deadline, "the keys do not expire"
    time.sleep(0.02)

# Errors are errors.
for wrong, error in [
    (("GET",), "wrong number of arguments for 'get' command"),
    (("SET", "a", "b", "EX", "x"), "value is not an integer or out of range"),
    (("NOTHING", "a"), "unknown command 'NOTHING', with args beginning with: 'a' "),
]:
    try:
        client.execute_command(*wrong)
        raise AssertionError(f"{wrong} is taken")
    except redis.ResponseError as got:
        equal(str(got).strip(), error.strip())

# Many at once, and large ones.
pipe = client.pipeline(transaction=False)
for number in range(1000):
    pipe.set(f"key:{number}", number).get(f"key:{number}").incr("count")
answers = pipe.execute()
equal(answers[1::3], [str(number) for number in range(1000)])
equal(answers[2::3], list(range(1, 1001)))
large = "0123456789abcdef" * (1 << 19)
equal(client.set("large", large), True)
equal(client.get("large") == large, True)

# Messages.
listener = client.pubsub()
listener.subscribe("news", "weather")
equal([listener.get_message(timeout=10)["type"] for _ in range(2)], ["subscribe"] * 2)
equal(client.publish("news", "hello"), 1)
equal(client.publish("nobody", "hello"), 0)
message = listener.get_message(timeout=10)
equal((message["type"], message["channel"], message["data"]), ("message", "news", "hello"))
listener.ping()
equal(listener.get_message(timeout=10)["type"], "pong")
listener.unsubscribe()
equal([listener.get_message(timeout=10)["type"] for _ in range(2)], ["unsubscribe"] * 2)
equal(client.publish("news", "hello"), 0)
listener.close()
# One that leaves without a word is forgotten, too.
listener = client.pubsub()
listener.subscribe("news")
equal(listener.get_message(timeout=10)["type"], "subscribe")
listener.close()
deadline = time.monotonic() + 10
while client.publish("news", "hello"):
    assert time.monotonic() < deadline, "a listener that left is not forgotten"
print(f"redis-py {redis.__version__}: all is well")
