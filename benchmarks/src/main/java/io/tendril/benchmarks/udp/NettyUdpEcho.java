package io.tendril.benchmarks.udp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.tendril.benchmarks.load.ServerProcess;
import java.net.InetSocketAddress;

/**
 * Netty's UDP echo server on one event loop of its native transport, with recvmmsg for up to 32
 * datagrams; it puts together by itself what it sends.
 */
final class NettyUdpEcho {
  /** Datagrams of the size that there are: its buffer is made of so many of these. */
  private static final int LONGEST = 2_048;

  private static final int AT_ONCE = 32;

  private NettyUdpEcho() {}

  @ChannelHandler.Sharable
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      context.write(new DatagramPacket(packet.content(), packet.sender()), context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  public static void main(String[] arguments) throws Exception {
    var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(EpollDatagramChannel.class)
            .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LONGEST)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST * AT_ONCE))
            .handler(new Echo())
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    ServerProcess.serve(((InetSocketAddress) channel.localAddress()).getPort());
  }
}
