import { COMMON } from "./arguments.ts";
import { COMMANDS } from "./commands.ts";
import { usageError } from "./errors.ts";
import { write } from "./output.ts";

/** Prints a script with which bash or zsh completes commands and options. */
export function complete([shell = ""]: string[]): number {
  if (!/^(bash|zsh)$/.test(shell)) throw usageError("Use jobwatch completion bash or jobwatch completion zsh.");
  const cases = Object.entries(COMMANDS).map(([name, { options = [] }]) => {
    const words = [...options, ...COMMON].map((option) => `--${option}`);
    return `    ${name}) words="${words.join(" ")}" ;;`;
  });
  const lines = [
    ...(shell === "zsh" ? ["autoload -U +X compinit bashcompinit && compinit && bashcompinit"] : []),
    "_jobwatch() {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it
    '  local words current="${COMP_WORDS[COMP_CWORD]}"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell replaces it
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    "  esac",
    `  [ "$COMP_CWORD" -eq 1 ] && words="${Object.keys(COMMANDS).join(" ")} help completion"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _jobwatch jobwatch",
  ];
  write(process.stdout, `${lines.join("\n")}\n`);
  return 0;
}
