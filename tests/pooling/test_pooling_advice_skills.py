"""What can be taught to whom, and an account in which it has been: own people, own pay, own place in routing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from planner.domain.account import Account
from planner.domain.queues import Channel, Gate
from planner.domain.routing import GroupOrder, Routing, RoutingRule
from planner.pooling.teaching.skills import Lesson, SkillKind, account_with, all_rounders, specialists, taught, teachable

TENTH = Decimal("0.10")


def lesson(group: str, skill: str, kind: SkillKind = SkillKind.LANGUAGE) -> Lesson:
    return Lesson(group=group, kind=kind, skill=skill)


def only(account: Account, *ids: str) -> Account:
    return replace(account, groups=tuple(group for group in account.groups if group.id in ids))


def with_email(account: Account) -> Account:
    """The account with German mail too, which nobody works yet."""
    calls = account.queue("de_calls")
    from planner.domain.targets import DeferredTarget

    mail = replace(
        calls, id="de_mail", channel=Channel.EMAIL, patience_s=None, target=DeferredTarget(level=0.9, within_s=86_400.0)
    )
    return replace(account, queues=(*account.queues, mail))


def test_every_language_asked_for_that_a_group_lacks_can_be_taught(four_languages: Account) -> None:
    apart = only(four_languages, "de", "fr_es")
    assert teachable(apart) == (
        lesson("de", "fr"), lesson("de", "es"), lesson("de", "nl"), lesson("fr_es", "de"), lesson("fr_es", "nl"),
    )  # fmt: skip


def test_a_channel_is_taught_in_the_languages_spoken(four_languages: Account) -> None:
    found = teachable(with_email(only(four_languages, "de", "fr")))
    channel = [x for x in found if x.kind is SkillKind.CHANNEL]
    assert channel == [lesson("de", "email", SkillKind.CHANNEL)]  # the French speak no German
    variant = taught(channel[0], with_email(four_languages), TENTH)
    assert (variant.languages, variant.channels) == (("de",), (Channel.VOICE, Channel.EMAIL))


def test_nobody_is_taught_for_queues_whose_certificate_their_site_lacks(four_languages: Account) -> None:
    gated = tuple(replace(q, gate=Gate(certificates=("hipaa",))) if q.id == "fr_calls" else q for q in four_languages.queues)
    account = replace(only(four_languages, "de"), queues=gated)
    assert lesson("de", "fr") not in teachable(account)
    held = replace(account, sites=tuple(replace(site, certificates=("hipaa",)) for site in account.sites))
    assert lesson("de", "fr") in teachable(held)


def test_who_is_taught_earns_the_premium_and_can_do_more(four_languages: Account) -> None:
    variant = taught(lesson("de", "es"), four_languages, TENTH)
    account = account_with(four_languages, [variant])
    group = account.groups[-1]
    assert group.id == variant.id
    assert group.wage_factor == Decimal("1.1")
    assert (group.min_heads, group.max_heads) == (0, None)
    more = account.serves()[-1]
    assert [q.id for q, can in zip(account.queues, more, strict=True) if can] == ["de_calls", "es_calls"]
    assert account.groups[:-1] == four_languages.groups


def test_in_an_order_of_groups_the_taught_follow_their_own_and_come_last_where_they_are_new(four_languages: Account) -> None:
    routing = Routing(
        orders=(GroupOrder(queue="de_calls", groups=("de", "nl_de")), GroupOrder(queue="es_calls", groups=("es", "es_nl"))),
        rules=(RoutingRule(queue="de_calls", group="de", after_s=5.0),),
    )
    variant = taught(lesson("de", "es"), four_languages, TENTH)
    found = account_with(replace(four_languages, routing=routing), [variant]).routing
    assert found.order("de_calls") == ("de", variant.id, "nl_de")
    assert found.order("es_calls") == ("es", "es_nl", variant.id)
    rule = found.rule("de_calls", variant.id)
    assert rule is not None
    assert rule.after_s == 5.0


def test_all_rounders_serve_every_queue_and_are_those_who_did_not_before(four_languages: Account) -> None:
    everything = replace(four_languages.groups[0], id="all", languages=("de", "fr", "es", "nl"))
    account = replace(four_languages, groups=(*four_languages.groups, everything))
    found = all_rounders(account, TENTH)
    assert set(found) == {group.id for group in four_languages.groups}
    assert account_with(account, found.values()).serves()[-len(found) :].all()


def test_specialists_speak_one_language_each_at_the_pay_of_those_who_do(four_languages: Account) -> None:
    found = specialists(four_languages)
    assert set(found) == {"de_fr", "fr_es", "es_nl", "nl_de"}
    assert [v.languages for v in found["de_fr"]] == [("de",), ("fr",)]
    account = account_with(four_languages, found["de_fr"])
    assert [group.wage_factor for group in account.groups[-2:]] == [pytest.approx(Decimal(1))] * 2
    assert specialists(only(four_languages, "de", "fr")) == {}
