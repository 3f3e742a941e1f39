"""The program: instances, arguments and settings, with no judgement left; and the text of its project."""

from archgen.program.project import project_files
from archgen.program.wiring import Instance, Program, wire

__all__ = ["Instance", "Program", "project_files", "wire"]
