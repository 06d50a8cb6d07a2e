package io.tendril.core.internal.linux;

/**
 * The numbers that Linux and its C library have for things, under the names that they have there.
 * They are those of x86-64 and of aarch64, which differ in few: the layout of {@code epoll_event},
 * the older system calls.
 */
final class Kernel {
  // Errors
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENXIO = 6;
  static final int E2BIG = 7;
  static final int ENOEXEC = 8;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int EPIPE = 32;
  static final int ENOSYS = 38;
  static final int EPROTO = 71;
  static final int EMSGSIZE = 90;
  static final int ENOTSOCK = 88;
  static final int ENOPROTOOPT = 92;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETDOWN = 100;
  static final int ENETUNREACH = 101;
  static final int ECONNABORTED = 103;
  static final int ECONNRESET = 104;
  static final int ENOBUFS = 105;
  static final int EISCONN = 106;
  static final int ENOTCONN = 107;
  static final int ETOOMANYREFS = 109;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;
  static final int EHOSTDOWN = 112;
  static final int EHOSTUNREACH = 113;
  static final int EALREADY = 114;
  static final int EINPROGRESS = 115;
  static final int ECANCELED = 125;

  // Descriptors
  static final int F_GETFD = 1;
  static final int F_SETFD = 2;
  static final int F_GETFL = 3;
  static final int F_SETFL = 4;
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int FD_CLOEXEC = 1;
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_ACCMODE = 3;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int SPLICE_F_MOVE = 1;
  static final int SPLICE_F_NONBLOCK = 2;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_POPULATE = 0x8000;
  static final int AT_FDCWD = -100;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int AT_STATX_DONT_SYNC = 0x4000;
  static final int STATX_TYPE = 1;
  static final int S_IFMT = 0xf000;
  static final int S_IFIFO = 0x1000;
  static final int S_IFCHR = 0x2000;
  static final int S_IFDIR = 0x4000;
  static final int S_IFBLK = 0x6000;
  static final int S_IFREG = 0x8000;
  static final int S_IFSOCK = 0xc000;

  // Processes
  static final int O_CREAT = 0x40;
  static final int O_TRUNC = 0x200;
  static final int O_APPEND = 0x400;
  static final int O_DIRECTORY = Layout.PACKED ? 0x10000 : 0x4000;
  static final int O_PATH = 0x200000;
  static final int F_OK = 0;
  static final int X_OK = 1;
  static final int P_PID = 1;
  static final int P_PIDFD = 3;
  static final int WNOHANG = 1;
  static final int WEXITED = 4;
  static final int CLD_EXITED = 1;
  static final int CLD_DUMPED = 3;
  static final int POSIX_SPAWN_SETPGROUP = 2;
  static final int POSIX_SPAWN_SETSIGDEF = 4;
  static final int POSIX_SPAWN_SETSIGMASK = 8;
  static final int POSIX_SPAWN_SETSID = 0x80;
  static final int SYS_PIDFD_SEND_SIGNAL = 424;
  static final int SYS_PIDFD_OPEN = 434;
  static final int TCGETS = 0x5401;
  static final int TIOCSWINSZ = 0x5414;

  // Sockets
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SYS_SOCKET = Layout.PACKED ? 41 : 198;
  static final int SYS_BIND = Layout.PACKED ? 49 : 200;
  static final int SYS_LISTEN = Layout.PACKED ? 50 : 201;
  static final int SYS_CONNECT = Layout.PACKED ? 42 : 203;
  static final int SYS_ACCEPT4 = Layout.PACKED ? 288 : 242;
  static final int SYS_GETSOCKNAME = Layout.PACKED ? 51 : 204;
  static final int SYS_GETPEERNAME = Layout.PACKED ? 52 : 205;
  static final int SYS_GETSOCKOPT = Layout.PACKED ? 55 : 209;
  static final int SYS_SETSOCKOPT = Layout.PACKED ? 54 : 208;
  static final int SYS_SHUTDOWN = Layout.PACKED ? 48 : 210;
  static final int SYS_CLOSE = Layout.PACKED ? 3 : 57;
  static final int SYS_READ = Layout.PACKED ? 0 : 63;
  static final int SYS_WRITE = Layout.PACKED ? 1 : 64;
  static final int SYS_OPENAT = Layout.PACKED ? 257 : 56;
  static final int SYS_FCNTL = Layout.PACKED ? 72 : 25;
  static final int SYS_IOCTL = Layout.PACKED ? 16 : 29;
  static final int SYS_DUP3 = Layout.PACKED ? 292 : 24;
  static final int SYS_STATX = Layout.PACKED ? 332 : 291;
  static final int SYS_FCHMOD = Layout.PACKED ? 91 : 52;
  static final int SYS_PIPE2 = Layout.PACKED ? 293 : 59;
  static final int SYS_EVENTFD2 = Layout.PACKED ? 290 : 19;
  static final int SYS_EPOLL_CREATE1 = Layout.PACKED ? 291 : 20;
  static final int SYS_EPOLL_CTL = Layout.PACKED ? 233 : 21;
  static final int SYS_EPOLL_PWAIT = Layout.PACKED ? 281 : 22;
  static final int SYS_EPOLL_PWAIT2 = 441;
  static final int SYS_SPLICE = Layout.PACKED ? 275 : 76;
  static final int SYS_SENDTO = Layout.PACKED ? 44 : 206;
  static final int SYS_RECVFROM = Layout.PACKED ? 45 : 207;
  static final int SYS_SENDMSG = Layout.PACKED ? 46 : 211;
  static final int SYS_RECVMMSG = Layout.PACKED ? 299 : 243;
  static final int SYS_SENDMMSG = Layout.PACKED ? 307 : 269;
  static final int SYS_SENDFILE = Layout.PACKED ? 40 : 71;
  static final int SYS_MMAP = Layout.PACKED ? 9 : 222;
  static final int SYS_MUNMAP = Layout.PACKED ? 11 : 215;
  static final int SYS_KILL = Layout.PACKED ? 62 : 129;
  static final int SYS_WAITID = Layout.PACKED ? 247 : 95;
  static final int SYS_FACCESSAT = Layout.PACKED ? 269 : 48;
  static final int SYS_RECVMSG = Layout.PACKED ? 47 : 212;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_CTRUNC = 8;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_CMSG_CLOEXEC = 0x40000000;
  static final int SCM_RIGHTS = 1;
  static final int SHUT_WR = 1;

  // Their options
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_TYPE = 3;
  static final int SO_ERROR = 4;
  static final int SO_BROADCAST = 6;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_KEEPALIVE = 9;
  static final int SO_LINGER = 13;
  static final int SO_PEERCRED = 17;
  static final int SO_REUSEPORT = 15;
  static final int SO_ACCEPTCONN = 30;
  static final int SO_DOMAIN = 39;
  static final int IPPROTO_TCP = 6;
  static final int TCP_NODELAY = 1;
  static final int TCP_KEEPIDLE = 4;
  static final int TCP_KEEPINTVL = 5;
  static final int TCP_KEEPCNT = 6;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;

  // Groups
  static final int IPPROTO_IP = 0;
  static final int IP_MULTICAST_IF = 32;
  static final int IP_MULTICAST_TTL = 33;
  static final int IP_MULTICAST_LOOP = 34;
  static final int IP_MULTICAST_ALL = 49;
  static final int IPV6_MULTICAST_IF = 17;
  static final int IPV6_MULTICAST_HOPS = 18;
  static final int IPV6_MULTICAST_LOOP = 19;
  static final int IPV6_MULTICAST_ALL = 29;
  static final int MCAST_JOIN_GROUP = 42;
  static final int MCAST_LEAVE_GROUP = 45;
  static final int MCAST_JOIN_SOURCE_GROUP = 46;
  static final int MCAST_LEAVE_SOURCE_GROUP = 47;

  // Waiting
  static final int EPOLLIN = 1;
  static final int EPOLLPRI = 2;
  static final int EPOLLOUT = 4;
  static final int EPOLLERR = 8;
  static final int EPOLLHUP = 16;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;
  static final int EPOLL_CLOEXEC = 0x80000;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  private Kernel() {}

  /** Where things are in structures, in bytes: {@code STRUCTURE__field}, and sizes. */
  static final class Layout {
    private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));

    static final int SOCKADDR_IN__SIN_PORT = 2;
    static final int SOCKADDR_IN__SIN_ADDR = 4;
    static final int SOCKADDR_IN = 16;
    static final int SOCKADDR_IN6__SIN6_PORT = 2;
    static final int SOCKADDR_IN6__SIN6_ADDR = 8;
    static final int SOCKADDR_IN6__SIN6_SCOPE_ID = 24;
    static final int SOCKADDR_IN6 = 28;
    static final int SOCKADDR_STORAGE = 128;
    static final int SOCKADDR_UN__SUN_PATH = 2;
    static final int SOCKADDR_UN = 110;
    static final int IP_MREQN__IMR_ADDRESS = 4;
    static final int IP_MREQN__IMR_IFINDEX = 8;
    static final int IP_MREQN = 12;
    static final int GROUP_REQ__GR_GROUP = 8;
    static final int GROUP_REQ = 136;
    static final int GROUP_SOURCE_REQ__GSR_SOURCE = 136;
    static final int GROUP_SOURCE_REQ = 264;
    static final int LINGER__L_LINGER = 4;
    static final int LINGER = 8;
    static final int IOVEC__IOV_LEN = 8;
    static final int IOVEC = 16;
    static final int MSGHDR__MSG_NAMELEN = 8;
    static final int MSGHDR__MSG_IOV = 16;
    static final int MSGHDR__MSG_IOVLEN = 24;
    static final int MSGHDR__MSG_CONTROL = 32;
    static final int MSGHDR__MSG_CONTROLLEN = 40;
    static final int MSGHDR__MSG_FLAGS = 48;
    static final int CMSGHDR__CMSG_LEVEL = 8;
    static final int CMSGHDR__CMSG_TYPE = 12;
    static final int CMSGHDR = 16;
    static final int UCRED__UID = 4;
    static final int UCRED__GID = 8;
    static final int UCRED = 12;
    static final int MSGHDR = 56;
    static final int MMSGHDR__MSG_LEN = 56;
    static final int MMSGHDR = 64;
    static final int TIMESPEC__TV_NSEC = 8;
    static final int TIMESPEC = 16;
    static final int STATX__STX_MODE = 28;
    static final int STATX__STX_RDEV_MAJOR = 128;
    static final int STATX__STX_RDEV_MINOR = 132;
    static final int STATX = 256;
    static final int POLLFD__EVENTS = 4;
    static final int POLLFD = 8;
    static final int SIGSET_T = 128;
    static final int SIGINFO_T__SI_CODE = 8;
    static final int SIGINFO_T__SI_PID = 16;
    static final int SIGINFO_T__SI_STATUS = 24;
    static final int SIGINFO_T = 128;
    static final int POSIX_SPAWNATTR_T = 336;
    static final int POSIX_SPAWN_FILE_ACTIONS_T = 80;
    static final int WINSIZE__WS_COL = 2;
    static final int WINSIZE = 8;
    static final int TERMIOS = 60;
    static final int EPOLL_EVENT__DATA = PACKED ? 4 : 8;
    static final int EPOLL_EVENT = PACKED ? 12 : 16;

    private Layout() {}
  }
}
