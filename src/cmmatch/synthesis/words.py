"""The words that made-up people are made of."""

from __future__ import annotations

__all__ = [
    "CLUSTERS",
    "DEPARTMENTS",
    "FAMILY",
    "GIVEN",
    "GOALS",
    "MENTEE_SAYS",
    "MENTOR_SAYS",
    "SITES",
]

GIVEN = (
    "Ada Adil Aiko Amara Ana Anders Anouk Arjun Asha Ben Bilal Carla Chen Chidi Clara Daan Dana "
    "David Deepa Diego Elif Emeka Emma Erik Esther Eva Farah Felix Fiona Goran Grace Hana Hugo "
    "Ines Ivan Jana Jin Joao Julia Kaan Kofi Lan Lars Leila Lena Li Lucia Luis Maja Marek Maria "
    "Mei Milan Mira Mona Nadia Niko Nina Noor Olga Omar Paul Petra Priya Rahul Rosa Ruth Sami "
    "Sara Sofia Stefan Tariq Tess Tomas Uma Vera Victor Wen Yara Yusuf Zoe "
).split()

FAMILY = (
    "Abebe Adler Ahmed Alvarez Andersson Bauer Becker Bianchi Bose Brandt Castro Cohen Costa "
    "Demir Diallo Dubois Eze Fischer Fontaine Garcia Gupta Haas Haddad Hansen Horvat Ito Ivanova "
    "Jansen Kaya Keller Khan Kim Klein Kovacs Kowalski Kumar Lang Larsen Lehmann Lopes Mahlangu "
    "Marino Meyer Moreau Mueller Murphy Nair Ncube Nguyen Novak Okafor Olsen Osei Patel Petrov "
    "Popescu Quinn Rao Rossi Sato Schmid Silva Singh Sommer Suzuki Tanaka Torres Vogel Wagner "
    "Walsh Wang Weber Yilmaz Young Zhang Zimmer "
).split()

DEPARTMENTS = {
    "Technology": ("Platform", "Data", "Security", "Mobile"),
    "Operations": ("Logistics", "Quality", "Procurement"),
    "Sales": ("Accounts", "Partners", "Field"),
    "Finance": ("Reporting", "Treasury"),
    "People": ("Learning", "Recruiting"),
    "Research": ("Materials", "Methods", "Design"),
}

SITES = (
    ("Berlin", "Europe/Berlin", "German"),
    ("London", "Europe/London", ""),
    ("Warsaw", "Europe/Warsaw", "Polish"),
    ("New York", "America/New_York", "Spanish"),
    ("Pune", "Asia/Kolkata", "Hindi"),
)

CLUSTERS = {
    "programming": ("Python", "SQL", "Java", "JavaScript", "C++", "Testing", "Code review", "Git"),
    "cloud": (
        "Kubernetes",
        "Terraform",
        "Monitoring",
        "Incident response",
        "Network security",
        "Linux",
    ),
    "data": (
        "Statistics",
        "Machine learning",
        "Dashboards",
        "Data modelling",
        "Experiment design",
        "R",
    ),
    "delivery": (
        "Project planning",
        "Agile methods",
        "Risk management",
        "Budgeting",
        "Vendor management",
    ),
    "people": (
        "Coaching",
        "Giving feedback",
        "Hiring",
        "Delegation",
        "Conflict resolution",
        "Leadership",
    ),
    "voice": (
        "Public speaking",
        "Negotiation",
        "Technical writing",
        "Facilitation",
        "Storytelling",
    ),
    "commerce": ("Key accounts", "Pricing", "Market research", "Contract law", "Forecasting"),
    "craft": (
        "Lean production",
        "Quality control",
        "Materials science",
        "Prototyping",
        "User research",
    ),
}

GOALS = {
    "lead a team": ("programming people delivery", "leading people", "running a team of my own"),
    "deepen expertise": (
        "programming cloud data craft",
        "going deeper in my field",
        "becoming a specialist",
    ),
    "change field": (
        "data commerce craft",
        "moving to another kind of work",
        "finding a new direction",
    ),
    "be heard": ("voice people", "speaking up in meetings", "presenting to senior people"),
    "manage projects": (
        "delivery commerce",
        "planning larger projects",
        "keeping projects on track",
    ),
    "settle in": ("people voice", "finding my way around the company", "building a network here"),
    "balance": (
        "people delivery",
        "managing my time and energy",
        "saying no without burning bridges",
    ),
}

MENTEE_SAYS = (
    "I would like help with {topic}, above all {skill}.",
    "For the coming year I am thinking about {topic}. {skill} is where I feel weakest.",
    "My aim is {topic}; I learn best from examples of {skill}.",
    "I want somebody to talk to about {topic}.",
    "Mostly {skill}, and how to get on with {topic}.",
)

MENTOR_SAYS = (
    "I can share what I learned about {topic} and {skill}.",
    "Happy to talk about {topic}; most of my work has been {skill}.",
    "I have done {skill} for years and helped others with {topic}.",
    "Ask me about {topic}.",
    "I went through {topic} myself, and {skill} got me there.",
)
