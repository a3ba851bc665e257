// What each column of a table is: with what stands in it, to be said where it was not known.

import { useState } from "preact/hooks";
import { t } from "../../i18n.ts";
import type { AgendaPreview } from "../../net/protocol.gen.ts";
import { Button, Select } from "../../ui/index.ts";
import { choices, say } from "./intake.ts";
import { mappingOf, missingIn } from "./mapping.ts";
import { columnName } from "./names.ts";

function Table({ told, needed }: { told: AgendaPreview; needed: boolean }) {
  const [fields, setFields] = useState<ReadonlyMap<number, string>>(
    () =>
      new Map(told.columns.flatMap((one) => (one.field === null ? [] : [[one.number, one.field]]))),
  );
  const missing = missingIn(fields);
  return (
    <form
      class="columns"
      onSubmit={(event) => {
        event.preventDefault();
        say({ columns: { ...choices.peek().columns, ...mappingOf(told.columns, fields) } });
      }}
    >
      <div class="scroller" tabIndex={0} role="group" aria-label={t("Columns of the table")}>
        <table role="table">
          <thead>
            <tr>
              <th scope="col">{t("Column")}</th>
              <th scope="col">{t("What stands in it")}</th>
              <th scope="col">{t("What it is")}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {told.columns.map((one) => {
              const name = one.heading ?? t("Column {n}", { n: one.number });
              return (
                <tr key={one.number} role="row" class={fields.has(one.number) ? "" : "unread"}>
                  <th scope="row" role="rowheader">
                    {name}
                  </th>
                  <td class="samples" role="cell">
                    {one.samples.map((sample) => (
                      <span key={sample}>{sample}</span>
                    ))}
                  </td>
                  <td role="cell">
                    <Select
                      aria-label={t("What “{column}” is", { column: name })}
                      value={fields.get(one.number) ?? ""}
                      onChange={(event) => {
                        const next = new Map(fields);
                        const { value } = event.currentTarget;
                        if (value === "") next.delete(one.number);
                        else next.set(one.number, value);
                        setFields(next);
                      }}
                    >
                      <option value="">{t("not read")}</option>
                      {told.fields.map((field) => (
                        <option
                          key={field}
                          value={field}
                          selected={fields.get(one.number) === field}
                        >
                          {columnName(field)}
                        </option>
                      ))}
                    </Select>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="columns-end">
        <span class="muted small">
          {missing.length > 0
            ? t("Still needed: {fields}.", { fields: missing.map(columnName).join(", ") })
            : t("A title and a time is all it takes.")}
        </span>
        <Button type="submit" tone={needed ? "primary" : "quiet"} disabled={missing.length > 0}>
          {t("Read it like this")}
        </Button>
      </p>
    </form>
  );
}

export function Columns({ told, needed }: { told: AgendaPreview; needed: boolean }) {
  if (needed)
    return (
      <div class="ask">
        <h3>{t("Which column is what?")}</h3>
        <p class="muted">
          {t("The headings of this table are not known here. Say what they mean, once.")}
        </p>
        <Table told={told} needed />
      </div>
    );
  return (
    <details class="ask quiet">
      <summary>{t("How the columns of the table were read")}</summary>
      <Table told={told} needed={false} />
    </details>
  );
}
