"""The page: builds it and translates events; decides nothing."""

from tutor.settings import quiet_libraries

quiet_libraries()  # gradio reads its environment when it is imported, which every module here may do
