package io.tendril.examples;

import io.tendril.adapters.jdbc.Database;
import io.tendril.core.Deferred;
import io.tendril.core.ProtocolFactory;
import io.tendril.core.Reactor;
import io.tendril.core.tls.TlsOptions;
import io.tendril.http.server.HttpServer;

/** The programs that are there twice, by the style that they are written in. */
enum Style {
  CALLBACKS {
    @Override
    ProtocolFactory<?> chat() {
      return new Chat().factory();
    }

    @Override
    ProtocolFactory<?> mailish(TlsOptions tls) {
      return transport -> new Mailish(transport, tls);
    }

    @Override
    ProtocolFactory<?> proxy(String target) {
      return Proxy.factory(target);
    }

    @Override
    Deferred<String> lookUp(Reactor reactor, String endpoint, String question) {
      return reactor
          .connectDatagram(endpoint, Lookup::new)
          .thenCompose(client -> client.ask(question));
    }

    @Override
    Deferred<HttpServer> visitors(Reactor reactor, Database database) {
      return Visitors.server(database);
    }
  },

  DIRECT {
    @Override
    ProtocolFactory<?> chat() {
      return new DirectChat().factory();
    }

    @Override
    ProtocolFactory<?> mailish(TlsOptions tls) {
      return DirectMailish.factory(tls);
    }

    @Override
    ProtocolFactory<?> proxy(String target) {
      return DirectProxy.factory(target);
    }

    @Override
    Deferred<String> lookUp(Reactor reactor, String endpoint, String question) {
      return DirectLookup.ask(reactor, endpoint, question);
    }

    @Override
    Deferred<HttpServer> visitors(Reactor reactor, Database database) {
      return reactor.async(() -> DirectVisitors.server(database));
    }
  };

  abstract ProtocolFactory<?> chat();

  abstract ProtocolFactory<?> mailish(TlsOptions tls);

  abstract ProtocolFactory<?> proxy(String target);

  abstract Deferred<String> lookUp(Reactor reactor, String endpoint, String question);

  abstract Deferred<HttpServer> visitors(Reactor reactor, Database database);
}
