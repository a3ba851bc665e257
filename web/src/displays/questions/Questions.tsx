// The question on stage, or the poll; without either, the invitation to ask; without Q&A, now and next.

import { t, tn } from "../../i18n.ts";
import { PollBoard } from "../../polls/Board.tsx";
import { LiveMark } from "../../ui/marks.tsx";
import { useFit } from "../fit.ts";
import { NowNext } from "../now-next/NowNext.tsx";
import { Address, Frame, Invite, Join, Next, Progress, TimeLeft, Words } from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

/** What it was asked in, and how long that still goes on. */
function AskedIn({ scene, about }: { scene: Scene; about: string }) {
  const live = scene.moment.is === "live" ? scene.moment.now : null;
  return (
    <div class="asked-in">
      <p class="asked-in-title">
        <Words of={about} />
      </p>
      {live !== null && <TimeLeft session={live} />}
    </div>
  );
}

function Card({ scene, question }: { scene: Scene; question: NonNullable<Scene["question"]> }) {
  const box = useFit(question.text, { least: 3, most: 14 });
  const speaker = scene.sessions
    .find((one) => one.id === question.session)
    ?.speakers.find((one) => one.id === question.for);
  return (
    <Frame
      scene={scene}
      name="card"
      foot={
        <>
          <AskedIn scene={scene} about={question.about} />
          <Join scene={scene} />
        </>
      }
    >
      <figure class="block quote">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <blockquote data-fit dir="auto">
              {question.text}
            </blockquote>
          </div>
        </div>
        <figcaption>
          <span class="author">{question.name ?? t("Anonymous")}</span>
          {speaker !== undefined && (
            <span class="for-whom">{t("for {name}", { name: speaker.name })}</span>
          )}
          {question.upvotes > 0 && (
            <span class="votes" key={question.upvotes}>
              {tn("{n} vote", "{n} votes", question.upvotes)}
            </span>
          )}
        </figcaption>
      </figure>
    </Frame>
  );
}

/** The poll: how to answer, and what everybody may see of the answers. */
function Poll({ scene, poll }: { scene: Scene; poll: NonNullable<Scene["poll"]> }) {
  const live = scene.moment.is === "live" ? scene.moment.now : null;
  const { home, options } = scene;
  const about = poll.about || (live?.title ?? scene.room.name);
  const asks = poll.status === "open" && scene.current && home !== null && options.qr;
  return (
    <Frame
      scene={scene}
      name="card polled"
      foot={
        <>
          <AskedIn scene={scene} about={about} />
          {asks && poll.tally !== undefined ? (
            <Invite to={home} words={t("Answer now on your phone")} />
          ) : (
            <span />
          )}
        </>
      }
    >
      <div class="block poll-block">
        <PollBoard
          poll={poll}
          current={scene.current && !(asks && poll.tally !== undefined)} // the foot says it
          join={
            asks &&
            poll.tally === undefined && (
              <figure class="poll-join">
                {home.qr !== null && <img src={home.qr} alt="" />}
                <figcaption>
                  <Address of={home.address} />
                </figcaption>
              </figure>
            )
          }
        />
      </div>
    </Frame>
  );
}

/** Nothing is on stage: how to ask, beside what is on. */
function Invitation({ scene }: { scene: Scene }) {
  const box = useFit(t("Ask your question"), { least: 5, most: 17 });
  const { moment } = scene;
  const on = moment.is === "live" || moment.is === "break" ? moment.now : null;
  const word = moment.is === "live" && scene.believed ? t("Live") : t("Now");
  return (
    <Frame
      scene={scene}
      name="invitation"
      foot={
        on === null ? (
          <Next scene={scene} />
        ) : (
          <section class="up-next">
            <p class="next-head">
              <LiveMark text={word} />
              <TimeLeft session={on} />
            </p>
            <h2>
              <Words of={on.title} />
            </h2>
            <Progress session={on} />
          </section>
        )
      }
    >
      <section class="block invite">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{t("Ask your question")}</h1>
            <p class="invite-how">{t("Point your phone’s camera at the code, or open")}</p>
            <p class="invite-address">
              <Address of={scene.join?.address ?? ""} />
            </p>
          </div>
        </div>
        {scene.join?.qr && <img class="invite-code" src={scene.join.qr} alt="" />}
      </section>
    </Frame>
  );
}

export function Questions({ scene }: { scene: Scene }) {
  if (scene.poll !== null)
    return (
      <Slide of={`poll ${scene.poll.id}`}>
        <Poll scene={scene} poll={scene.poll} />
      </Slide>
    );
  if (scene.question !== null)
    return (
      <Slide of={`card ${scene.room.spotlight}`}>
        <Card scene={scene} question={scene.question} />
      </Slide>
    );
  if (scene.join !== null && scene.current)
    return (
      <Slide of={`invitation ${scene.moment.key}`}>
        <Invitation scene={scene} />
      </Slide>
    );
  return <NowNext scene={scene} />;
}
