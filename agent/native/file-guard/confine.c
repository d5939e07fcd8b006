#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls is made for x86_64 and aarch64"
#endif

/*
 * SYS_ADMIN sets marks on file systems, DAC_READ_SEARCH reaches everybody's files for marks and clamd's socket in its closed folder, SYS_PTRACE tells
 * which program a process runs, LEASE tells whether anybody writes to a file.
 */
static const uint32_t kept[] = {CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_LEASE};

static uint64_t kept_mask(void) {
  uint64_t mask = 0;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) mask |= UINT64_C(1) << kept[i];
  return mask;
}

static bool drop_capabilities(void) {
  uint64_t keep = kept_mask();
  for (uint32_t capability = 0; capability < 64; capability++) {
    if (keep & (UINT64_C(1) << capability)) continue;
    /* EINVAL: the kernel has no more of them. EPERM: there is no right to drop them, and so none that could be got back by it. */
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  }
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) return false;
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t have = data[i].permitted & (uint32_t)(keep >> (32 * i));
    data[i] = (struct __user_cap_data_struct){.effective = have, .permitted = have, .inheritable = 0};
  }
  return syscall(SYS_capset, &header, data) == 0;
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static bool filter_calls(void) {
  struct sock_filter filter[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
      ALLOW(SYS_read),
      ALLOW(SYS_write),
      ALLOW(SYS_close),
      ALLOW(SYS_fstat),
      ALLOW(SYS_newfstatat),
      ALLOW(SYS_statx),
      ALLOW(SYS_readlinkat),
      ALLOW(SYS_epoll_ctl),
      ALLOW(SYS_epoll_pwait),
      ALLOW(SYS_fanotify_mark),
      ALLOW(SYS_socket),
      ALLOW(SYS_connect),
      ALLOW(SYS_sendto),
      ALLOW(SYS_sendmsg),
      ALLOW(SYS_recvfrom),
      ALLOW(SYS_getsockopt),
      ALLOW(SYS_fcntl),
      ALLOW(SYS_clock_gettime),
      ALLOW(SYS_brk),
      ALLOW(SYS_mmap),
      ALLOW(SYS_munmap),
      ALLOW(SYS_mremap),
      ALLOW(SYS_madvise),
      ALLOW(SYS_getpid),
      ALLOW(SYS_rt_sigreturn),
      ALLOW(SYS_restart_syscall),
      ALLOW(SYS_exit_group),
#ifdef SYS_readlink
      ALLOW(SYS_readlink),
#endif
#ifdef SYS_epoll_wait
      ALLOW(SYS_epoll_wait),
#endif
      /* Files are opened to be read and for nothing else. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
      LOAD(args[2]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

const char *confine(void) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return "dumpable";
  if (!drop_capabilities()) return "capabilities";
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no_new_privs";
  return filter_calls() ? (const char *)0 : "seccomp";
}
