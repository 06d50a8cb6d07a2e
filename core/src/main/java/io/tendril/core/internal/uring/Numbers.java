package io.tendril.core.internal.uring;

/**
 * The numbers of io_uring, under the names that {@code linux/io_uring.h} has for them. They are the
 * same on x86-64 and on aarch64, as are the errors of the kernel.
 */
final class Numbers {
  // System calls
  static final int SYS_IO_URING_SETUP = 425;
  static final int SYS_IO_URING_ENTER = 426;
  static final int SYS_IO_URING_REGISTER = 427;

  // Making a ring
  static final int IORING_SETUP_CQSIZE = 1 << 3;
  static final int IORING_SETUP_R_DISABLED = 1 << 6;
  static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
  static final int IORING_SETUP_TASKRUN_FLAG = 1 << 9;
  static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
  static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;
  static final int IORING_FEAT_SINGLE_MMAP = 1;
  static final int IORING_FEAT_NODROP = 1 << 1;
  static final int IORING_FEAT_EXT_ARG = 1 << 8;
  static final int IORING_FEAT_CQE_SKIP = 1 << 11;
  static final int IORING_OFF_SQ_RING = 0;
  static final int IORING_OFF_SQES = 0x10000000;

  // Registering
  static final int IORING_REGISTER_EVENTFD = 4;
  static final int IORING_REGISTER_PROBE = 8;
  static final int IORING_REGISTER_ENABLE_RINGS = 12;
  static final int IORING_REGISTER_FILES2 = 13;
  static final int IORING_REGISTER_PBUF_RING = 22;
  static final int IO_URING_OP_SUPPORTED = 1;
  static final int IORING_RSRC_REGISTER_SPARSE = 1;

  // Entering
  static final int IORING_ENTER_GETEVENTS = 1;
  static final int IORING_ENTER_EXT_ARG = 1 << 3;
  static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;
  static final int IORING_SQ_TASKRUN = 1 << 2;

  // Submissions
  static final int IOSQE_FIXED_FILE = 1;
  static final int IOSQE_BUFFER_SELECT = 1 << 5;
  static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
  static final int IORING_OP_POLL_ADD = 6;
  static final int IORING_OP_ACCEPT = 13;
  static final int IORING_OP_ASYNC_CANCEL = 14;
  static final int IORING_OP_FILES_UPDATE = 20;
  static final int IORING_OP_SEND = 26;
  static final int IORING_OP_RECV = 27;
  static final int IORING_ACCEPT_MULTISHOT = 1;
  static final int IORING_RECV_MULTISHOT = 1 << 1;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITALL = 0x100;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int POLLIN = 1;
  static final int POLLOUT = 4;

  // Completions
  static final int IORING_CQE_F_BUFFER = 1;
  static final int IORING_CQE_F_MORE = 1 << 1;
  static final int IORING_CQE_BUFFER_SHIFT = 16;

  // Errors
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  static final int ETIME = 62;
  static final int EBADFD = 77;
  static final int ENOBUFS = 105;
  static final int ECANCELED = 125;

  private Numbers() {}

  /** What newer kernels have, and the headers of older ones do not know. */
  static final class Newer {
    /** Since Linux 6.14. */
    static final int IORING_FEAT_RW_ATTR = 1 << 16;

    private Newer() {}
  }

  /** Where things are in structures, in bytes: {@code STRUCTURE__field}, and sizes. */
  static final class Layout {
    static final int IO_URING_PARAMS__CQ_ENTRIES = 4;
    static final int IO_URING_PARAMS__FLAGS = 8;
    static final int IO_URING_PARAMS__FEATURES = 20;
    static final int IO_URING_PARAMS__SQ_OFF = 40;
    static final int IO_URING_PARAMS__CQ_OFF = 80;
    static final int IO_URING_PARAMS = 120;
    static final int IO_SQRING_OFFSETS__HEAD = 0;
    static final int IO_SQRING_OFFSETS__TAIL = 4;
    static final int IO_SQRING_OFFSETS__RING_MASK = 8;
    static final int IO_SQRING_OFFSETS__FLAGS = 16;
    static final int IO_SQRING_OFFSETS__ARRAY = 24;
    static final int IO_CQRING_OFFSETS__HEAD = 0;
    static final int IO_CQRING_OFFSETS__TAIL = 4;
    static final int IO_CQRING_OFFSETS__RING_MASK = 8;
    static final int IO_CQRING_OFFSETS__CQES = 20;
    static final int IO_URING_SQE__OPCODE = 0;
    static final int IO_URING_SQE__FLAGS = 1;
    static final int IO_URING_SQE__IOPRIO = 2;
    static final int IO_URING_SQE__FD = 4;
    static final int IO_URING_SQE__OFF = 8;
    static final int IO_URING_SQE__ADDR = 16;
    static final int IO_URING_SQE__LEN = 24;
    static final int IO_URING_SQE__MSG_FLAGS = 28;
    static final int IO_URING_SQE__USER_DATA = 32;
    static final int IO_URING_SQE__BUF_GROUP = 40;
    static final int IO_URING_SQE = 64;
    static final int IO_URING_CQE__USER_DATA = 0;
    static final int IO_URING_CQE__RES = 8;
    static final int IO_URING_CQE__FLAGS = 12;
    static final int IO_URING_CQE = 16;
    static final int IO_URING_BUF__ADDR = 0;
    static final int IO_URING_BUF__LEN = 8;
    static final int IO_URING_BUF__BID = 12;
    static final int IO_URING_BUF = 16;
    static final int IO_URING_BUF_RING__TAIL = 14;
    static final int IO_URING_BUF_REG__RING_ADDR = 0;
    static final int IO_URING_BUF_REG__RING_ENTRIES = 8;
    static final int IO_URING_BUF_REG__BGID = 12;
    static final int IO_URING_BUF_REG = 40;
    static final int IO_URING_GETEVENTS_ARG__TS = 16;
    static final int IO_URING_GETEVENTS_ARG = 24;
    static final int IO_URING_PROBE__OPS_LEN = 1;
    static final int IO_URING_PROBE__OPS = 16;
    static final int IO_URING_PROBE_OP__FLAGS = 2;
    static final int IO_URING_PROBE_OP = 8;
    static final int IO_URING_RSRC_REGISTER__FLAGS = 4;
    static final int IO_URING_RSRC_REGISTER__DATA = 16;
    static final int IO_URING_RSRC_REGISTER = 32;
    static final int TIMESPEC__TV_NSEC = 8;
    static final int TIMESPEC = 16;

    private Layout() {}
  }
}
