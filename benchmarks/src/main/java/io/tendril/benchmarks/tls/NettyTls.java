package io.tendril.benchmarks.tls;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.tendril.benchmarks.load.ServerProcess;
import java.io.File;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/**
 * Netty's HTTPS server: SslHandler with netty-tcnative's BoringSSL and tickets before its codec, on
 * one event loop of its native epoll.
 */
final class NettyTls {
  private static final AsciiString TYPE = AsciiString.cached("text/plain; charset=utf-8");
  private static final AsciiString SERVER = AsciiString.cached("Netty");

  private static AsciiString date = now();

  private NettyTls() {}

  private static AsciiString now() {
    var utc = ZonedDateTime.now(ZoneOffset.UTC);
    return AsciiString.cached(DateTimeFormatter.RFC_1123_DATE_TIME.format(utc));
  }

  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final ByteBuf content;
    private final AsciiString length;

    Answer(ByteBuf content) {
      this.content = content;
      this.length = AsciiString.cached(Integer.toString(content.readableBytes()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        var response =
            new DefaultFullHttpResponse(
                HTTP_1_1,
                OK,
                content.retainedDuplicate(),
                DefaultHttpHeadersFactory.headersFactory().withValidation(false),
                DefaultHttpHeadersFactory.trailersFactory().withValidation(false));
        response
            .headers()
            .set(HttpHeaderNames.CONTENT_TYPE, TYPE)
            .set(HttpHeaderNames.CONTENT_LENGTH, length)
            .set(HttpHeaderNames.SERVER, SERVER)
            .set(HttpHeaderNames.DATE, date);
        context.write(response, context.voidPromise());
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  public static void main(String[] arguments) throws Exception {
    var tls =
        SslContextBuilder.forServer(new File(arguments[0]), new File(arguments[1]))
            .sslProvider(SslProvider.OPENSSL)
            .protocols("TLSv1.3", "TLSv1.2")
            .build();
    var random = new byte[48];
    new SecureRandom().nextBytes(random);
    ((OpenSslServerContext) tls)
        .sessionContext()
        .setTicketKeys(
            new OpenSslSessionTicketKey(
                java.util.Arrays.copyOf(random, 16),
                java.util.Arrays.copyOfRange(random, 16, 32),
                java.util.Arrays.copyOfRange(random, 32, 48)));
    int size = Integer.parseInt(arguments[2]);
    ByteBuf content = Unpooled.directBuffer(size);
    for (int i = 0; i < size; i++) {
      content.writeByte('x');
    }
    var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    group.scheduleAtFixedRate(() -> date = now(), 1, 1, TimeUnit.SECONDS);
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline()
                        .addLast(
                            tls.newHandler(made.alloc()),
                            new HttpServerCodec(),
                            new Answer(content));
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    ServerProcess.serve(((InetSocketAddress) channel.localAddress()).getPort());
  }
}
