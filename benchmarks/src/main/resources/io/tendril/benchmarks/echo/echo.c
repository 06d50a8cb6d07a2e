/* TCP echo on 127.0.0.1, one thread, epoll, level-triggered: as little as it takes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[65536];

static int echo(int fd) {
  ssize_t count = recv(fd, buffer, sizeof buffer, 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  /* A message fits into the socket's buffer: what is not taken is given up with the connection. */
  return count > 0 && send(fd, buffer, count, MSG_NOSIGNAL) == count;
}

int main(int argc, char **argv) {
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  struct epoll_event event = {.events = EPOLLIN}, events[256];
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (argc < 2 || listener < 0 || epoll < 0) return 1;
  address.sin_port = htons(atoi(argv[1]));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *) &address, sizeof address) || listen(listener, 1024)) return 1;
  event.data.fd = listener;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          event.data.fd = fd;
          epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        }
      } else if (!echo(fd)) {
        close(fd);
      }
    }
  }
}
