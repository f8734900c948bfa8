import { spawn } from "node:child_process";
import { type Options, onlyArgument } from "./arguments.ts";
import { jobPath } from "./client.ts";
import { print } from "./output.ts";
import { currentService } from "./service.ts";

/** Opens a page in the browser, and prints its address. */
export async function open(args: string[], options: Options): Promise<number> {
  const { url } = await currentService();
  const address = `${url}${args.length === 0 ? "/" : jobPath(onlyArgument(args, "jobId"), options)}`;
  print(options.json ? JSON.stringify({ url: address }) : address);
  if (!options.json && !(await start(address))) print("No browser could be started. Open the address yourself.");
  return 0;
}

/** Returns false if there is no program that opens addresses. */
function start(address: string): Promise<boolean> {
  const [command = "", ...args] = browser();
  return new Promise((resolve) => {
    const child = spawn(command, [...args, address], { stdio: "ignore", detached: true });
    // A program that still runs is the browser itself.
    const timer = setTimeout(() => resolve(true), 2_000);
    const end = (isOpen: boolean) => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    child.on("error", () => end(false)).on("exit", (code) => end(code === 0));
    child.unref();
  });
}

function browser(): string[] {
  const chosen = process.env.BROWSER;
  if (chosen) return [chosen];
  switch (process.platform) {
    case "darwin":
      return ["open"];
    case "win32":
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return ["xdg-open"];
  }
}
