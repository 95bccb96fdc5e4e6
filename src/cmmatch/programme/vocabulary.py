"""Vocabulary: what the organisation means by the names of skills, read once and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmmatch.programme.skill_aliases import SkillAliases, read_aliases
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.taxonomy import Taxonomy
from cmmatch.programme.taxonomy_files import read_esco, read_onet, read_related

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.files import ReadBytes

__all__ = ["Vocabulary", "read_vocabulary"]

FOLDERS = ("esco",)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Which labels mean the same skill, and which skills are related.

    Parameters
    ----------
    aliases : SkillAliases
        Other spellings: the organisation's own over the shipped ones.
    taxonomy : Taxonomy
        Related skills, their labels spelt as the aliases spell them.
    """

    aliases: SkillAliases = field(default_factory=SkillAliases.shipped)
    taxonomy: Taxonomy = field(default_factory=Taxonomy)

    @classmethod
    def of(cls, aliases: SkillAliases, taxonomy: Taxonomy) -> Vocabulary:
        """Put both together."""
        return cls(aliases, taxonomy.spelt(aliases.canonical))

    def skill(self, label: str) -> str:
        """Return the key of the skill that a label stands for; equal keys are one skill.

        Examples
        --------
        >>> words = Vocabulary()
        >>> words.skill("K8s") == words.skill("Kubernetes"), words.skill("Java")
        (True, 'java')
        """
        return self.taxonomy.skill_of(self.aliases.canonical(label))

    def related(self, wanted: str) -> Mapping[str, float]:
        """Return the credit of each skill related to a wanted one, by key."""
        return self.taxonomy.related(wanted)

    def effect(
        self, *, wanted: Iterable[str], offered: Iterable[str], held: Iterable[str] = ()
    ) -> list[Any]:
        """Return all that the vocabulary says about these labels, as plain values in a fixed order.

        Two vocabularies with the same effect on a programme give the same results, whatever else
        they hold.
        """
        wanted, offered = set(wanted), set(offered)
        key = {label: self.skill(label) for label in {*wanted, *offered, *held}}
        there = {key[label] for label in offered}
        return [
            sorted(key.items()),
            [
                (skill, other, credit)
                for skill in sorted({key[label] for label in wanted})
                for other, credit in self.related(skill).items()
                if other in there
            ],
        ]


def read_vocabulary(
    config: Config,
    *,
    home: Path,
    table: str,
    faults: FaultList,
    read: ReadBytes = Path.read_bytes,
) -> Vocabulary:
    """Read the files that ``[skills]`` names.

    Parameters
    ----------
    config : Config
        The settings.
    home : Path
        The folder from which their paths lead.
    table : str
        What messages call the settings.
    faults : FaultList
        Takes ``file-missing`` and the faults of the files.
    read : callable, default Path.read_bytes
        Gives the bytes of a file.
    """
    settings, search = config.skills, _Search(home, table, faults)
    paths = {
        name: path
        for name in ("aliases", "esco", "onet", "related")
        if (path := search.find(name, getattr(settings, name))) is not None
    }
    aliases = SkillAliases.shipped() if settings.shipped_aliases else SkillAliases()
    if "aliases" in paths:
        aliases = aliases.merged(read_aliases(paths["aliases"], faults, read=read))
    taxonomy = Taxonomy()
    # The organisation's own table comes last, so that its credits are the ones that count.
    for name, reader in (("esco", read_esco), ("onet", read_onet), ("related", read_related)):
        if name in paths:
            taxonomy = taxonomy.merged(Taxonomy(reader(paths[name], faults, read=read)))
    return Vocabulary.of(aliases, taxonomy)


@dataclass(frozen=True, slots=True)
class _Search:
    """Finds what the settings name, from the folder that they lie in."""

    home: Path
    table: str
    faults: FaultList

    def find(self, name: str, given: str) -> Path | None:
        path, folder = self.home / given, name in FOLDERS
        if not given or (path.is_dir() if folder else path.is_file()):
            return path if given else None
        beside = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        self.faults.add(
            "file-missing",
            table=self.table,
            column=f"skills.{name}",
            value=given,
            problem=f"The {'folder' if folder else 'file'} must exist, beside the settings or "
            "where its path leads from them.",
            remedy=f"{did_you_mean(near_names(path.name, beside))}Correct the name, or leave it "
            "out.",
        )
        return None
