import { isMainThread } from "node:worker_threads";

// Preloaded into serverless-offline. Its standard input ends when the stack dies, even by SIGKILL; this then ends the whole process group.
if (isMainThread) process.stdin.on("end", () => process.kill(-process.pid, "SIGKILL")).resume();
