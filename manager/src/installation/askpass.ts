import { connect } from 'node:net';

/** What `ssh` and `ssh-add` start to learn a password (ssh(1), SSH_ASKPASS): asks the manager over a socket that only it may open, so that no secret stands in a file, an environment or a command line. */
const socket = connect(process.env['SAKIMORI_ASKPASS_SOCKET'] ?? '');
socket.on('error', () => process.exit(1));
socket.end(`${process.argv[2] ?? ''}\n`);
socket.pipe(process.stdout);
