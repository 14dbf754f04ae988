/**
 * Loaded into every run that `compare` starts: where `compare` itself is killed, the run stops as if by Ctrl-C, with a
 * checkpoint, and where it does not come to that soon, without.
 */
const PATIENCE = 1500; // milliseconds

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGINT');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE).unref();
});
process.channel?.unref(); // the channel must not keep a finished run alive
