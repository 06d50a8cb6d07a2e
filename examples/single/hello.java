import module io.tendril;

/** A server and a client in one file. Run it with: ./tendril run examples/single/hello.java NAME */
void main(String[] arguments) throws Exception {
    String name = arguments.length > 0 ? arguments[0] : "world";
    IO.println(Reactor.runUntil(reactor -> reactor.async(() -> {
        var listener = reactor.listen("tcp:0:interface=127.0.0.1", Protocol.direct(this::greet)).await();
        Promise<String> greeting = Promise.create();
        reactor.connect("tcp:127.0.0.1:" + listener.port(), Protocol.direct(connection -> {
            connection.writeLine(name);
            greeting.succeed(connection.readLine());
        })).await();
        return greeting.deferred().await();
    })));
}

void greet(Connection connection) {
    connection.writeLine("hello, " + connection.readLine());
}
