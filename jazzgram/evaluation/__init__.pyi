from .copying import CorpusRuns as CorpusRuns
from .copying import NoteCopy as NoteCopy
from .metrics import measure_solos as measure_solos
from .run_index import Match as Match
from .run_index import RunIndex as RunIndex
from .run_index import is_varied as is_varied
