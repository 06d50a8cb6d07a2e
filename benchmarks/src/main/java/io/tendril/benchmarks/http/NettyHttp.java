package io.tendril.benchmarks.http;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
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
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.tendril.benchmarks.load.ServerProcess;
import java.net.InetSocketAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/**
 * Netty's plain text server: its HttpServerCodec on one event loop of its native epoll, with what
 * is usual where it is to be fast: constants as AsciiString, the date once a second, void promises,
 * one flush for what was read together, no validation of the response's own fields.
 */
final class NettyHttp {
  private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);
  private static final AsciiString LENGTH = AsciiString.cached("13");
  private static final AsciiString TYPE = AsciiString.cached("text/plain; charset=utf-8");
  private static final AsciiString SERVER = AsciiString.cached("Netty");

  private static AsciiString date = now();

  private NettyHttp() {}

  private static AsciiString now() {
    var utc = ZonedDateTime.now(ZoneOffset.UTC);
    return AsciiString.cached(DateTimeFormatter.RFC_1123_DATE_TIME.format(utc));
  }

  private static final class Hello extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        var response =
            new DefaultFullHttpResponse(
                HTTP_1_1,
                OK,
                Unpooled.wrappedBuffer(HELLO),
                DefaultHttpHeadersFactory.headersFactory().withValidation(false),
                DefaultHttpHeadersFactory.trailersFactory().withValidation(false));
        response
            .headers()
            .set(HttpHeaderNames.CONTENT_TYPE, TYPE)
            .set(HttpHeaderNames.CONTENT_LENGTH, LENGTH)
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
                    made.pipeline().addLast(new HttpServerCodec(), new Hello());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    ServerProcess.serve(((InetSocketAddress) channel.localAddress()).getPort());
  }
}
