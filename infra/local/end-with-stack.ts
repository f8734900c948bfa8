import { isMainThread } from "node:worker_threads";

// Preloaded into serverless-offline: its standard input ends when the stack is gone, also after SIGKILL, and then the whole process group ends.
if (isMainThread) process.stdin.on("end", () => process.kill(-process.pid, "SIGKILL")).resume();
