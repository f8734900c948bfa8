import type { Delivery } from "../deliver-alerts.ts";
import { projectPk } from "../job/names.ts";
import { newSight, observeProject, type ProjectLooks, type Sight } from "../job/sight.ts";
import { openEntry, type Subject } from "../job/subject.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../save-change.ts";
import type { ProjectPass } from "./look-at-job.ts";

type ProjectSubject = Extract<Subject, { kind: "project" }>;

/**
 * Folds the passes of one tick into the sight of their projects: unreachable looks have one cause, and it is told once, there.
 * Kept over the passes: which projects are in sight, so that each is read but once while all goes well.
 */
export function createSeeing(ports: Pick<Ports, "table" | "clock" | "log">, opsChannel: string, delivery: Delivery) {
  const inSight = new Set<string>();
  const blind = new Set<string>();

  const see = async (projectId: string, looks: ProjectLooks): Promise<void> => {
    const { bad } = looks;
    if (bad) ports.log.warn("looks failed", { projectId, looks: looks.badLooks, cause: bad.cause, reason: bad.reason });
    const sight = await saveSight(ports, projectId, looks, opsChannel);
    if (sight.blind) inSight.delete(projectId);
    else inSight.add(projectId);
    if (sight.blind?.told) blind.add(projectId);
    else blind.delete(projectId);
    delivery.add(openEntry({ kind: "project", record: sight }) ?? { pk: projectPk(projectId) });
  };

  return {
    afterPass: async (projects: ReadonlyMap<string, ProjectPass>): Promise<void> => {
      for (const [projectId, looks] of projects) {
        const looked = looks.good > 0 || looks.bad !== undefined;
        const allWell = looks.bad === undefined && inSight.has(projectId);
        if (looks.noticeWaits || (looked && !allWell)) await see(projectId, looks);
      }
    },
    /** Projects of which the operators were told that they cannot be seen. */
    blind: () => blind.size,
  };
}

async function saveSight(
  { table, clock }: Pick<Ports, "table" | "clock">,
  projectId: string,
  looks: ProjectLooks,
  opsChannel: string,
): Promise<Sight> {
  const absent: ProjectSubject = { kind: "project", record: newSight(projectId) };
  const change = (subject: ProjectSubject): ProjectSubject => {
    const record = observeProject(subject.record, looks, clock.now(), opsChannel);
    return record === subject.record ? subject : { ...subject, record };
  };
  return (await saveChange(table, projectPk(projectId), change, absent))?.record ?? absent.record;
}
