# From here on every script is the same. Only the last line does something: a script that was cut short on its way does nothing.
set -u
umask 022
data=/var/lib/sakimori-agent
changed=no
needs_reboot=no

say() { printf 'sakimori: %s\n' "$*"; }
fail() {
  exit_code=$1
  shift
  printf 'sakimori: %s\n' "$*" >&2
  exit "$exit_code"
}
has() { command -v "$1" >/dev/null 2>&1; }
last_line() { tail -n 1 "$1" 2>/dev/null; }
# What curl or wget say of a failure; curl explains itself at length afterwards.
complaint() {
  said=$(grep '^curl: (\|^ERROR\|rror:\|failed' "$work/error" | head -n 1)
  printf '%s' "${said:-$(last_line "$work/error")}"
}

check_host() {
  [ "$(uname -s)" = Linux ] || fail 11 'This script is for Linux.'
  [ "$(id -u)" = 0 ] || fail 10 'The agent is installed by root. Run this script with sudo.'
  machine=$(uname -m)
  case $machine in
    amd64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
  esac
  for tool in mktemp tr sed grep cut base64; do
    has "$tool" || fail 12 "This host lacks the program $tool."
  done
}

digest_of() {
  printf '%s\n' "$digests" | while read -r architecture name digest; do
    if [ "$architecture/$name" = "$machine/$1" ]; then printf '%s' "$digest"; fi
  done
}

choose_package() {
  package=sakimori-agent.tar.gz
  home=/opt/sakimori-agent
  agent=/opt/sakimori-agent/bin/sakimori-agent
  if has dpkg && [ -s /var/lib/dpkg/status ] && [ -n "$(digest_of sakimori-agent.deb)" ]; then
    case $machine/$(dpkg --print-architecture) in
      x86_64/amd64 | aarch64/arm64)
        package=sakimori-agent.deb
        home=/usr/lib/sakimori-agent
        agent=/usr/bin/sakimori-agent
        ;;
    esac
  fi
  package_digest=$(digest_of "$package")
  [ -n "$package_digest" ] || fail 11 "This manager has no agent for the architecture $machine."
}

# Two runs at once would enrol the host twice.
take_turn() {
  if has flock && [ -d /run ] && [ -w /run ]; then
    exec 9>/run/sakimori-deploy.lock
    flock -w 600 9 || fail 22 'Another run of a deployment script does not come to its end.'
  fi
}

make_workplace() {
  work=$(mktemp -d) || fail 15 'No temporary folder can be made.'
  trap 'rm -rf "$work" ${tree:+"$tree"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir "$work/empty"
  printf '%s\n' "$ca_certificate" >"$work/ca.pem"
}

is_older() {
  # Is version $1 older than $2? Three numbers each.
  old_ifs=$IFS
  IFS=.
  set -- $1 $2
  IFS=$old_ifs
  [ $# -eq 6 ] || return 0
  if [ "$1" -ne "$4" ]; then [ "$1" -lt "$4" ]; return; fi
  if [ "$2" -ne "$5" ]; then [ "$2" -lt "$5" ]; return; fi
  [ "$3" -lt "$6" ]
}

is_installed() {
  [ -x "$agent" ] || return 1
  if [ "$(cat "$home/build" 2>/dev/null)" = "$build" ]; then
    say "The agent $version is installed already."
    return 0
  fi
  installed=$("$agent" --version 2>/dev/null) || return 1
  is_older "$version" "$installed" || return 1
  say "The agent $installed is installed already; it is newer than this script's."
}

fetch_with_curl() {
  set -- -q --silent --show-error --proto =https --connect-timeout 20 --max-time 900 --output "$2" --write-out '%{http_code}' "$1"
  if [ "$check_certificate" = yes ]; then set -- "$@" --cacert "$work/ca.pem" --capath "$work/empty"; else set -- "$@" --insecure; fi
  status=$(curl "$@" 2>"$work/error" 9>&-)
  case $? in
    0) ;;
    51 | 60 | 77 | 83 | 90) return 2 ;;
    *) return 1 ;;
  esac
  case $status in
    200) ;;
    429) return 4 ;;
    5??) return 1 ;;
    *) return 3 ;;
  esac
}

fetch_with_wget() {
  set -- --no-config --server-response --tries=1 --timeout=60 --max-redirect=0 --output-document="$2" "$1"
  if [ "$check_certificate" = yes ]; then set -- "$@" --ca-certificate="$work/ca.pem" --ca-directory="$work/empty"; else set -- "$@" --no-check-certificate; fi
  wget "$@" >/dev/null 2>"$work/error" 9>&-
  case $? in
    0) ;;
    5) return 2 ;;
    8)
      status=$(sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' "$work/error" | tail -n 1)
      case $status in
        429) return 4 ;;
        5??) return 1 ;;
        *) return 3 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

choose_fetcher() {
  if has curl; then
    fetcher=fetch_with_curl
  elif has wget && wget --version 2>/dev/null | grep -q 'GNU Wget'; then
    fetcher=fetch_with_wget
  else
    fail 12 'This host has neither curl nor GNU wget. Install one of them and run this script again.'
  fi
}

download() {
  # Brought by whoever pushes it to hosts that cannot fetch it; its digest is checked like any other's.
  if [ -n "${SAKIMORI_PACKAGE_FOLDER:-}" ] && [ -f "$SAKIMORI_PACKAGE_FOLDER/$package" ]; then
    cp "$SAKIMORI_PACKAGE_FOLDER/$package" "$work/$package" || fail 15 'The package that was brought cannot be copied.'
    return
  fi
  choose_fetcher
  url="$manager/software/agent/linux/$machine/$package?build=$build"
  attempt=1
  waits=0
  status=
  until "$fetcher" "$url" "$work/$package"; do
    case $? in
      4)
        # Many hosts at once: each waits its own time, ten minutes in all.
        [ "$waits" -gt 0 ] || say 'The manager is handing out the agent to many hosts; waiting.'
        waits=$((waits + 1))
        [ "$waits" -le 60 ] || fail 13 "The manager has no room for this host's download. Run this script again later."
        sleep $((5 + $$ % 11))
        continue
        ;;
      2) fail 14 "$manager does not prove to be the manager that made this script: $(complaint)" ;;
      3) fail 13 "The manager does not hand out this build of the agent any more (HTTP $status). Make a new script." ;;
    esac
    [ "$attempt" -lt 5 ] || fail 13 "The agent cannot be downloaded from $manager: ${status:+HTTP $status }$(complaint)"
    sleep $((attempt * 3))
    attempt=$((attempt + 1))
  done
}

check_package() {
  [ "$check_digest" = yes ] || return 0
  if has sha256sum; then
    found=$(sha256sum <"$work/$package" | cut -d ' ' -f 1)
  elif has openssl; then
    found=$(openssl dgst -sha256 -r <"$work/$package" | cut -d ' ' -f 1)
  else
    fail 12 'This host lacks the program sha256sum.'
  fi
  [ "$found" = "$package_digest" ] || fail 16 'The downloaded package is not the one that this script was made for (its SHA-256 differs). Nothing was installed.'
}

install_deb() {
  attempt=1
  until DEBIAN_FRONTEND=noninteractive dpkg --force-confold --install "$1" >"$work/log" 2>&1 </dev/null 9>&-; do
    if grep -q 'frontend lock\|database lock\|status database is locked' "$work/log" && [ "$attempt" -lt 60 ]; then
      [ "$attempt" -gt 1 ] || say 'Another program is installing packages; waiting for it.'
      attempt=$((attempt + 1))
      sleep 5
    elif grep -q 'dependency problems' "$work/log" && has apt-get; then
      say 'Libraries that the agent needs are installed from the packages of the operating system.'
      apt-get -q update >"$work/log" 2>&1 </dev/null 9>&-
      DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$1" \
        >"$work/log" 2>&1 </dev/null 9>&- && return
      fail 17 "The package cannot be installed: $(last_line "$work/log")"
    else
      fail 17 "The package cannot be installed: $(last_line "$work/log")"
    fi
  done
}

install_tar() {
  has tar || fail 12 'This host lacks the program tar.'
  rm -rf /opt/.sakimori-agent.new
  { mkdir -p /opt/.sakimori-agent.new && tar -xzpf "$1" -C /opt/.sakimori-agent.new; } >"$work/log" 2>&1 ||
    fail 17 "The package cannot be installed: $(last_line "$work/log")"
  rm -rf /opt/.sakimori-agent.old
  if [ -e "$home" ]; then mv "$home" /opt/.sakimori-agent.old; fi
  mv /opt/.sakimori-agent.new/sakimori-agent "$home" || fail 17 "The package cannot be installed in $home."
  rm -rf /opt/.sakimori-agent.new /opt/.sakimori-agent.old
  if has restorecon; then restorecon -R "$home" >/dev/null 2>&1; fi
  mkdir -p "$data" && chmod 0700 "$data"
  # A comfort for people; some systems let nobody write there.
  ln -sf "$agent" /usr/local/bin/sakimori-agent 2>/dev/null || :
  if [ -d /run/systemd/system ]; then
    for unit in sakimori-upgrade.path sakimori-upgrade.service; do
      cp "$home/lib/$unit" "/etc/systemd/system/$unit" || true
    done
    cp "$home/lib/sakimori-isolation.service" /etc/systemd/system/sakimori-isolation.service || true
    cp "$home/lib/sakimori-agent.service" /etc/systemd/system/sakimori-agent.service ||
      fail 17 'The unit of the agent cannot be written to /etc/systemd/system.'
  fi
}

install_agent() {
  if is_installed; then return; fi
  if [ -z "${SAKIMORI_PACKAGE_FOLDER:-}" ]; then say "Downloading the agent $version from $manager"; fi
  download
  check_package
  look_at_host
  case $package in
    *.deb) install_deb "$work/$package" ;;
    *) install_tar "$work/$package" ;;
  esac
  rm -f "$work/$package"
  installed=$("$agent" --version 2>"$work/error") || fail 18 "The agent does not run on this host: $(last_line "$work/error")"
  changed=yes
  say "The agent $installed is installed."
}

# The host is looked at before anything is installed (S10, S14, S22-S24): by the agent itself, from where it was only unpacked.
look_at_host() {
  # /tmp may let no program run.
  tree=$(mktemp -d /var/lib/.sakimori-preflight.XXXXXX) || fail 15 'No temporary folder can be made in /var/lib.'
  case $package in
    *.deb)
      dpkg-deb -x "$work/$package" "$tree" >"$work/log" 2>&1 || fail 17 "The package cannot be unpacked: $(last_line "$work/log")"
      runtime=$tree/usr/lib/sakimori-agent/node
      program=$tree/usr/lib/sakimori-agent/sakimori-agent.mjs
      ;;
    *)
      has tar || fail 12 'This host lacks the program tar.'
      tar -xzpf "$work/$package" -C "$tree" >"$work/log" 2>&1 || fail 17 "The package cannot be unpacked: $(last_line "$work/log")"
      runtime=$tree/sakimori-agent/bin/node
      program=$tree/sakimori-agent/lib/sakimori-agent.mjs
      ;;
  esac
  had_data=no
  if [ -d "$data" ]; then had_data=yes; fi
  set -- preflight --manager "$agents" --ca "$ca_fingerprint" --data "$data" --record
  if [ -n "${SAKIMORI_OVERRIDE_PREFLIGHT:-}" ]; then set -- "$@" --override "$SAKIMORI_OVERRIDE_PREFLIGHT"; fi
  "$runtime" "$program" "$@" 2>"$work/error" 9>&-
  judged=$?
  rm -rf "$tree"
  case $judged in
    0 | 1) ;;
    3) needs_reboot=yes ;;
    2)
      rm -f "$data/preflight.json"
      if [ "$had_data" = no ]; then rmdir "$data" 2>/dev/null || :; fi
      fail 24 "This host is not up to the agent (see FAIL above). Nothing was installed. To go on nevertheless, give a reason, which is recorded: SAKIMORI_OVERRIDE_PREFLIGHT='…' sh SCRIPT"
      ;;
    *) fail 18 "The agent does not run on this host: $(last_line "$work/error")" ;;
  esac
}

identity_of() { sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" "$data/identity.json" 2>/dev/null | head -n 1; }

# The token goes through a pipe, never into the list of processes.
enrol() {
  printf '{"agents":"%s","ca":"%s","secret":"%s","account":"%s"}' "$agents" "$ca_fingerprint" "$token" "$tenant" |
    base64 | tr -d '\n=' | tr '+/' '-_' | "$agent" enrol --token-file - >"$work/log" 2>&1 9>&-
}

activate() {
  if [ -s "$data/identity.json" ]; then
    [ "$(identity_of accountId)" = "$tenant" ] ||
      fail 21 "This host belongs to another account. To move it, stop the agent and run: $agent enrol --force --token-file FILE"
    say "This host is activated already, as host $(identity_of hostId)."
    return
  fi
  attempt=1
  until enrol; do
    if grep -q 'the manager refused (4[01]' "$work/log"; then fail 19 "$(last_line "$work/log")"; fi
    [ "$attempt" -lt 6 ] || fail 20 "$(last_line "$work/log")"
    sleep $((attempt * 3))
    attempt=$((attempt + 1))
  done
  say "This host is activated, as host $(identity_of hostId)."
}

is_running() { "$agent" status --json 2>/dev/null 9>&- | grep -q '"isRunning": *true'; }

stop_running() {
  pid=$("$agent" status --json 2>/dev/null 9>&- | grep -o '"pid": *[0-9]*' | head -n 1 | tr -cd '0-9')
  [ -n "$pid" ] || return 0
  printf 'upgrade\n' >"$data/stop-reason"
  kill "$pid" 2>/dev/null || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 1
  done
  kill -9 "$pid" 2>/dev/null || :
}

start_in_background() {
  say "There is no systemd here: the agent is started in the background. Let it start with the host by: $agent run"
  (
    umask 077
    if has setsid; then
      setsid nohup "$agent" run </dev/null >>/var/log/sakimori-agent.log 2>&1 9>&- &
    else
      nohup "$agent" run </dev/null >>/var/log/sakimori-agent.log 2>&1 9>&- &
    fi
  )
}

start_agent() {
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    if [ -e /etc/systemd/system/sakimori-isolation.service ]; then
      systemctl enable --quiet sakimori-isolation.service || true
    fi
    if [ -e /etc/systemd/system/sakimori-upgrade.path ]; then
      systemctl enable --now --quiet sakimori-upgrade.path || true
    fi
    systemctl enable --quiet sakimori-agent.service || fail 23 'systemd does not take the unit of the agent.'
    if [ "$changed" = yes ]; then systemctl restart sakimori-agent.service; else systemctl start sakimori-agent.service; fi ||
      fail 23 'The agent does not start. See: journalctl -u sakimori-agent'
  else
    if is_running; then
      if [ "$changed" = no ]; then
        say 'The agent runs.'
        return
      fi
      stop_running
    fi
    start_in_background
  fi
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    if is_running; then
      say 'The agent runs.'
      return
    fi
    sleep 1
  done
  fail 23 'The agent does not stay up. See: journalctl -u sakimori-agent, or /var/log/sakimori-agent.log'
}

deploy() {
  tenant=${1:-}
  tenant=${tenant#tenantID:}
  token=${2:-}
  token=${token#token:}
  check_host
  choose_package
  take_turn
  make_workplace
  install_agent
  if [ -n "$token" ]; then
    activate
  elif [ ! -s "$data/identity.json" ]; then
    say "To activate the agent: $agent enrol --token-file FILE"
    return
  fi
  start_agent
  if [ "$needs_reboot" = yes ]; then
    say 'needs_reboot: this host needs a restart before all of the agent works. It was not restarted; please do it in a maintenance slot.'
  fi
}

