/**
 * Loaded into every run that `compare` starts: where `compare` itself is killed, the run stops as if by Ctrl-C, with a
 * checkpoint.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGINT'));
process.channel?.unref(); // the channel must not keep a finished run alive
