"""Sample pages, laid out as revision sites, report sites and typed notes lay theirs out."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"

TAGLINE = "This element looks into how volunteers help a fire service to reach homes that it rarely visits and how"

REVISION = f"""Volunteers and Fire SafetyPearson Occupational Qualification Public Services Revision

    {TAGLINE}

    Topic Synopsis

    {TAGLINE} a service trains them. It also asks who pays.

    Key Concepts & Core Principles

    Exam Tips & Revision Strategies

    Examiner Marking Points

    Volunteers and Fire Safety

    PEARSON
    vocational

    Volunteers visit homes and give advice on alarms.

    2
    Learning Outcomes
    7
    Assessment Guidance

    Assessment criteria

    Pearson BTEC Level 3 National Certificate in Fire Studies
    Pearson BTEC Level 3 National Diploma in Fire Studies

    Key Concepts

    Core things you must grasp for this topic

    \u2022 Home visits: A volunteer checks alarms (e.g. in the hall) and talks about escape routes.
    \u2022 Training: Every volunteer is trained before a first visit.

    Learning Objectives

    What you need to learn and remember

    \u2022 1. Explain why fire services use volunteers.2. Assess how volunteers are trained.3. Design a home visit.
    \u2022 1. Explain why fire services use volunteers.2. Assess how volunteers are trained.3. Design a home visit.

    Assessment Guidance

    Advice for reaching higher grades

    \u2022 \U0001f4a1Name a real scheme.
    \u2022 \U0001f4a1 Weigh cost against benefit.

    Common Mistakes

    Errors to avoid in your coursework

    \u2022 Naming a scheme without saying what it does.
    \u2022 Misconception: Volunteers put out fires. Correction: Volunteers mostly give advice.
    \u2022 Fire volunteers are free of cost: At a station, somebody still pays for training and travel.

    Revision Plan

    How to revise this unit within 3 weeks

    1. 1Week 1: Read about home visits.
    2. 2Week 2: Plan one visit.

    Frequently Asked Questions

    Typical things that students want answered

    Key Terminology

    Essential words to know

    \u2022 1. Explain why fire services use volunteers.2. Assess how volunteers are trained.3. Design a home visit.

    Ready to learn?

    AI-powered practice for this unit"""

BARE = """This element explores the duties of wardens in small towns, focusing on how wardens and residents build tru
Topic Synopsis
This element explores the duties of wardens in small towns, focusing on how wardens and residents build trust.
Key Concepts & Core Principles
- Presence: Wardens walk the same streets each day.
Common Misconceptions & Mistakes to Avoid
- Confusing wardens with police officers.
Examiner Marking Points
- Award credit for naming two duties of a warden."""

REPORT = """Skip to main content
Report

Street wardens and trust in three towns

A look at how wardens changed what residents expect of a council.

Written by:
Ann Other and Bo Sample
Date published:

Trust in wardens grew slowly. This report follows three towns for two years.

The research asks:

  \u2022 who speaks to wardens,
  \u2022 what wardens report, and
  \u2022 which complaints are settled.

Summary

Wardens were welcomed where they stayed for years.

Key points:

Residents

  \u2022 Residents spoke to wardens more readily than to officers.

Background

Wardens began work in 2003.

They were paid by the council.

What wardens did each day

Wardens spent most of the day walking. Some residents doubted that it helped them at all, and said so to the team:

You see them once and then nobody comes for a month or more.
-(Shop owner)

Wardens relied on a few habits. These included:

  \u2022 walking slowly;
  \u2022 learning names; and
  \u2022 writing things down.

Box 1: A shared office
Wardens and officers shared one office above a shop.

Policy implications

For councils:

  1. Keep wardens in one place for three years.
  2. Local plans need to consider:
    - how to pay for wardens;
    - who trains them.
  3. Review the plan every year.

Downloads"""

WRAPPED = """Neighbourhood watch in rural areas

Neighbourhood watch schemes bring residents together to look out for
one another and to pass information to the local police. The first
members met in a village hall.

How it works

A coordinator keeps a list of members and sends alerts. In Unit
12. The list is checked, and members agree to report anything that
seems unusual.

- A member reports a concern to the coordinator, who passes it on to
  the neighbourhood team
- Members meet twice a year

Strengths
Watch schemes are cheap to run, and they use knowledge that only the
people who live in a place can have.
"""

ALL_PAGES = {"revision": REVISION, "bare": BARE, "report": REPORT, "wrapped": WRAPPED}
