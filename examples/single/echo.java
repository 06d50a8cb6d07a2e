import module io.tendril;

void main() {
    Reactor.run(reactor ->
        reactor.listen("tcp:8007",
            Protocol.onData((transport, data) -> transport.write(data))));
}
