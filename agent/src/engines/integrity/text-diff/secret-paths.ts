/** Files that hold keys or passwords by their nature. Their content is never kept, whatever a rule asks for. */
const names = [
  /^g?shadow[-~]?$/,
  /^opasswd$/,
  /^\.env(\..*)?$/,
  /\.env$/,
  /^id_[a-z0-9_]+$/,
  /^ssh_host_.*_key$/,
  /\.(key|pem|p8|p12|pfx|jks|jceks|keystore|keytab|kdbx?|gpg|pgp|asc|age|ovpn|ppk|secrets?|token)$/,
  /^\.(netrc|pgpass|my\.cnf|mylogin\.cnf|htpasswd|npmrc|pypirc|git-credentials|s3cfg|boto|vault-token|erlang\.cookie)$/,
  /(secret|credential|password|passwd|passphrase|private|apikey|api_key|token)/,
  /^(chap-secrets|pap-secrets|ipsec\.secrets|sasl_passwd|wpa_supplicant.*\.conf|rclone\.conf|kubeconfig|htpasswd|htdigest|debian\.cnf|krb5\.keytab|wg\d*\.conf)$/,
];
const folders =
  /\/(\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|private|secrets?|credentials|system-connections|credstore|credstore\.encrypted|wireguard|keyrings?|letsencrypt\/(archive|live|accounts))(\/|$)/;
/** Below such folders, but public by their nature. `/etc/passwd` has held no passwords for thirty years. */
const open = /(\/etc\/passwd|\/\.ssh\/(authorized_keys2?|known_hosts|config)|\.pub)$/;

export function looksSecret(path: string): boolean {
  if (open.test(path)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return folders.test(path.toLowerCase()) || names.some((pattern) => pattern.test(name));
}
