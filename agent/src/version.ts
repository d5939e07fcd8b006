/** The agent's version, the same as in `package.json` (a test holds it). One version for the whole repository. */
export const agentVersion = '0.1.0';
