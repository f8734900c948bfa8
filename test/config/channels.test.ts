import { describe, expect, it } from "vitest";
import { readChannelSettings } from "../../lib/config/channel-settings.ts";

const DIGEST = { at: "08:00", timeZone: "Europe/Berlin" };
const QUIET = { from: "18:00", to: "08:00", timeZone: "Europe/Berlin" };

function read(settings: unknown) {
  const problems: string[] = [];
  const found = readChannelSettings((problem) => problems.push(problem), "storage-ops", settings);
  return { ...found, problems };
}

it.each([
  { name: "a user's id", who: "U024BE7LH", mention: "<@U024BE7LH>" },
  { name: "a user id of an enterprise", who: "W012A3CDE", mention: "<@W012A3CDE>" },
  { name: "a user in the format of Slack", who: "<@U024BE7LH>", mention: "<@U024BE7LH>" },
  { name: "a group's id", who: "S0614TZR7", mention: "<!subteam^S0614TZR7>" },
  { name: "a group in the format of Slack", who: "<!subteam^S0614TZR7>", mention: "<!subteam^S0614TZR7>" },
  { name: "everybody who is online", who: "@here", mention: "<!here>" },
  { name: "everybody in the channel", who: "@channel", mention: "<!channel>" },
])("mentions $name", ({ who, mention }) => {
  expect(read({ mention: { failed: who } })).toEqual({ mention: { failed: mention }, problems: [] });
});

it("reads quiet nights, quiet days, and both", () => {
  const night = { daily: { from: 18 * 60, to: 8 * 60 }, wholeDays: [], timeZone: "Europe/Berlin" };
  expect(read({ quiet: QUIET })).toEqual({ quiet: night, problems: [] });
  const both = read({ quiet: { ...QUIET, wholeDays: ["sat", "sun", "sat"] } });
  expect(both).toEqual({ quiet: { ...night, wholeDays: [6, 0] }, problems: [] });
  const days = read({ quiet: { wholeDays: ["sun"], timeZone: "UTC" } });
  expect(days).toEqual({ quiet: { wholeDays: [0], timeZone: "UTC" }, problems: [] });
});

it("reads a daily digest, and a digest on chosen days", () => {
  const daily = { at: 480, weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: "Europe/Berlin" };
  expect(read({ digest: DIGEST })).toEqual({ digest: daily, problems: [] });
  const workdays = read({ notifyOn: [], digest: { ...DIGEST, weekdays: ["mon", "fri", "mon"] } });
  expect(workdays).toEqual({ notifyOn: [], digest: { ...daily, weekdays: [1, 5] }, problems: [] });
});

it("names everything that is wrong with quiet hours, and with a digest", () => {
  const quiet = read({ quiet: { from: "25:00", to: "08:00", timeZone: "Berlin" } });
  expect(quiet.problems).toEqual([expect.stringMatching(/timeZone is missing or unknown, and from and to must both be times/)]);
  const digest = read({ digest: { at: "25:00", timeZone: "Berlin" } });
  expect(digest.problems).toEqual([expect.stringMatching(/at must be a time like 08:00, and timeZone is missing or unknown/)]);
});

describe("rejects with one problem that shows no value:", () => {
  it.each<{ name: string; settings: unknown; says: RegExp }>([
    { name: "not an object", settings: "canary", says: /unknown setting/ },
    { name: "an unknown setting", settings: { canary: 1 }, says: /allowed are notifyOn, teams, mention, quiet, digest/ },
    { name: "a name as mention", settings: { mention: { failed: "@canary" } }, says: /does not notify names/ },
    { name: "a text that only starts like an id", settings: { mention: { failed: "U024BE7LH canary" } }, says: /user id/ },
    { name: "a channel's id as mention", settings: { mention: { failed: "C024BE7LH" } }, says: /user id/ },
    { name: "a group in the format of a user", settings: { mention: { failed: "<@S0614TZR7>" } }, says: /user id/ },
    { name: "a mention with a label", settings: { mention: { failed: "<@U024BE7LH|canary>" } }, says: /user id/ },
    { name: "a list of mentions", settings: { mention: { failed: ["U024BE7LH"] } }, says: /per kind/ },
    { name: "a mention on success", settings: { mention: { succeeded: "@here" } }, says: /"failed"/ },
    { name: "a mention for all kinds", settings: { mention: "@here" }, says: /"failed"/ },
    { name: "quiet hours that are not an object", settings: { quiet: "canary" }, says: /wrong quiet hours/ },
    { name: "an unknown key", settings: { quiet: { ...QUIET, until: "canary" } }, says: /allowed keys are from/ },
    {
      name: "an unknown zone",
      settings: { quiet: { ...QUIET, timeZone: "Europe/Canary" } },
      says: /timeZone is missing or unknown/,
    },
    { name: "no zone", settings: { quiet: { from: "18:00", to: "08:00" } }, says: /timeZone is missing/ },
    { name: "an hour that does not exist", settings: { quiet: { ...QUIET, to: "24:00" } }, says: /times like 08:00/ },
    { name: "a start without an end", settings: { quiet: { from: "18:00", timeZone: "UTC" } }, says: /both be absent/ },
    { name: "no quiet time", settings: { quiet: { timeZone: "UTC" } }, says: /both be absent/ },
    { name: "the same start and end", settings: { quiet: { ...QUIET, to: "18:00" } }, says: /must differ/ },
    { name: "an unknown day", settings: { quiet: { ...QUIET, wholeDays: ["canary"] } }, says: /list of sun, mon/ },
    { name: "a digest that is not an object", settings: { digest: "canary" }, says: /wrong digest/ },
    { name: "an unknown key of a digest", settings: { digest: { ...DIGEST, canary: 1 } }, says: /allowed keys are at/ },
    { name: "a digest with an invalid time", settings: { digest: { ...DIGEST, at: "8:00" } }, says: /time like 08:00/ },
    { name: "a digest without a zone", settings: { digest: { at: "08:00" } }, says: /timeZone is missing/ },
    { name: "a digest on no day", settings: { digest: { ...DIGEST, weekdays: [] } }, says: /at least one/ },
    { name: "a digest on an unknown day", settings: { digest: { ...DIGEST, weekdays: ["canary"] } }, says: /sun, mon/ },
    {
      name: "a channel that is always quiet",
      settings: { quiet: { wholeDays: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], timeZone: "UTC" } },
      says: /at least one day of the week/,
    },
  ])("$name", ({ settings, says }) => {
    const { problems } = read(settings);
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems[0]).toMatch(/"storage-ops"/);
    expect(problems[0]).not.toMatch(/canary(?!")/i);
  });
});
