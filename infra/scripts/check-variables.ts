import { misspelledVariables } from "../../lib/config/variables.ts";

interface Osls {
  classes: { Error: new (message: string) => Error };
}

/** A plugin of serverless.yml: a misspelled setting would otherwise be missing in the deployment. */
export default class CheckVariables {
  readonly hooks: Record<string, () => void>;

  constructor(osls: Osls) {
    this.hooks = {
      initialize: () => {
        const problems = misspelledVariables(process.env);
        if (problems.length > 0) throw new osls.classes.Error(`${problems.join("; ")}`);
      },
    };
  }
}
